import { isMergeKey, mergedMaps } from '../text/yaml/merge.ts';
import { type YamlMapping, type YamlNode, type YamlPair, YamlProblem, type YamlScalar } from '../text/yaml/node.ts';
import { type Choices, choicesBelow, takes } from './choices.ts';

/**
 * The value of a node, with the type that the schema takes. Where the schema takes text, an unquoted number or boolean is text
 * as well, exactly as written: `3.10` stays `3.10`, and `007` stays `007`.
 * @param choices for this value; empty for a place that the schema does not know
 * @throws YamlProblem for a repeated key, a key that is not text, a template, and a tag that changes the meaning
 */
export function readValue(node: YamlNode, choices: Choices): unknown {
  if (node.tag !== undefined && !/^!!(str|int|float|bool|null|seq|map)$|^!$/.test(node.tag)) {
    throw new YamlProblem(`the tag ${node.tag} has no meaning here`, node.offset);
  }
  if (node.kind === 'scalar') return scalarOf(node, choices);
  if (node.kind === 'sequence') {
    const below = choicesBelow(choices, 0);
    return node.items.map((item) => readValue(item, below));
  }
  return Object.fromEntries(
    [...entriesOf(node)].map(([key, { value }]) => [key, readValue(value, choicesBelow(choices, key))]),
  );
}

const NULL = /^(~|null|Null|NULL)?$/;
const BOOLEAN = /^(true|True|TRUE|false|False|FALSE)$/;
const INTEGER = /^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const NUMBER = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

function scalarOf(node: YamlScalar, choices: Choices): unknown {
  const { text } = node;
  if (!node.plain || node.tag === '!!str' || node.tag === '!') return text;
  if (NULL.test(text)) return null;
  if (takes(choices, 'null')) return inferred(text);
  if (takes(choices, 'text')) return text;
  if (BOOLEAN.test(text)) return text.toLowerCase() === 'true';
  if (INTEGER.test(text) || NUMBER.test(text)) return Number(text);
  return text;
}

/** As `helm --set` infers a type: whole decimal numbers and booleans. Everything else, such as `1.10`, stays text. */
function inferred(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  const whole = /^(0|-?[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(Number(text));
  return whole ? Number(text) : text;
}

const known = new WeakMap<YamlMapping, Map<string, YamlPair>>();

/**
 * The pairs of a map by key, with merge keys resolved: a written key overrides a merged key.
 * @throws YamlProblem for a repeated key, and for a key that is not text
 */
function entriesOf(mapping: YamlMapping): Map<string, YamlPair> {
  const before = known.get(mapping);
  if (before) return before;
  const merged = new Map<string, YamlPair>();
  const written = new Map<string, YamlPair>();
  for (const pair of mapping.pairs) {
    if (!isMergeKey(pair.key)) {
      const key = keyOf(pair.key);
      if (written.has(key)) throw new YamlProblem(`the key "${key}" is here twice`, pair.key.offset);
      written.set(key, pair);
      continue;
    }
    for (const source of mergedMaps(pair.value)) {
      for (const [key, taken] of entriesOf(source)) if (!merged.has(key)) merged.set(key, taken);
    }
  }
  const entries = new Map([...merged, ...written]);
  known.set(mapping, entries);
  return entries;
}

function keyOf(key: YamlNode): string {
  if (key.kind === 'scalar') return key.text;
  if (key.kind === 'mapping') {
    throw new YamlProblem(
      '{{ … }} is a template, and slipway.yml has none; put it in quotes to have it as text',
      key.offset,
    );
  }
  throw new YamlProblem('a key must be text', key.offset);
}

export interface Place {
  /** Of the key at the path, or of its nearest parent that exists. */
  offset: number;
  /** undefined where the path does not exist. */
  node: YamlNode | undefined;
}

/** The node at a path, and its offset. */
export function placeOf(root: YamlNode | undefined, path: readonly PropertyKey[]): Place {
  let place: Place = { offset: root?.offset ?? 0, node: root };
  for (const step of path) {
    const { node } = place;
    const pair = node?.kind === 'mapping' ? entriesOf(node).get(String(step)) : undefined;
    const item = node?.kind === 'sequence' && typeof step === 'number' ? node.items[step] : undefined;
    if (pair) place = { offset: pair.key.offset, node: pair.value };
    else if (item) place = { offset: item.offset, node: item };
    else return { offset: place.offset, node: undefined };
  }
  return place;
}

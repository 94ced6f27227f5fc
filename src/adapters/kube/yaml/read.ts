import { compose } from '../../../text/yaml/compose.ts';
import { isMergeKey, mergedMaps } from '../../../text/yaml/merge.ts';
import { type YamlMapping, type YamlNode, YamlProblem } from '../../../text/yaml/node.ts';
import { scalarValue } from './scalar.ts';

/** kubectl accepts 400,000 values from aliases. The depth is far above that of any definition. */
const LIMITS = { depth: 1_000, aliased: 400_000 };

/** A document of Kubernetes. Whole numbers beyond 2^53 are BigInts. */
export interface KubeDocument {
  /** Offset in the text from which the offsets of nodes count. */
  base: number;
  node: YamlNode;
  value: unknown;
}

/**
 * The documents of a text as kubectl reads them, without empty ones. The last of repeated keys counts, and a merge key
 * overrides the keys before it.
 * @returns also the problems that kubectl refuses, at most one for each document
 */
export function readKubeYaml(text: string): { documents: KubeDocument[]; problems: YamlProblem[] } {
  const documents: KubeDocument[] = [];
  const problems: YamlProblem[] = [];
  for (const { base, part } of partsOf(text)) {
    try {
      for (const node of compose(part, LIMITS)) {
        const value = node && valueIn(node);
        if (node && value !== null) documents.push({ base, node, value });
      }
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error;
      problems.push(new YamlProblem(error.message, base + error.offset));
    }
  }
  return { documents, problems };
}

/**
 * The values of all documents.
 * @throws YamlProblem for the first thing that kubectl refuses
 */
export function kubeValues(text: string): unknown[] {
  const { documents, problems } = readKubeYaml(text);
  if (problems[0]) throw problems[0];
  return documents.map(({ value }) => value);
}

/** Splits before each `---`, so that a mistake in one document hides none in another. Directives stay with their document. */
function partsOf(text: string): { base: number; part: string }[] {
  const starts = [0];
  for (const { index } of text.matchAll(/^---(?=\s|$)/gm)) {
    const before = text.slice(starts.at(-1), index);
    if (/^\ufeff?%/m.test(before) && before.split('\n').every((line) => /^\s*([#%]|$)/.test(line))) continue;
    starts.push(index);
  }
  return starts.map((base, index) => ({ base, part: text.slice(base, starts[index + 1]) }));
}

function valueIn(node: YamlNode): unknown {
  if (node.kind === 'scalar') return scalarValue(node);
  if (node.kind === 'sequence') return node.items.map(valueIn);
  const values = new Map<string, unknown>();
  fill(values, node);
  return Object.fromEntries(values);
}

function fill(values: Map<string, unknown>, mapping: YamlMapping): void {
  for (const { key, value } of mapping.pairs) {
    if (isMergeKey(key)) for (const source of mergedMaps(value).reverse()) fill(values, source);
    else values.set(keyOf(key), valueIn(value));
  }
}

function keyOf(key: YamlNode): string {
  const value = key.kind === 'scalar' ? scalarValue(key) : undefined;
  if (value !== null && value !== undefined) return String(value);
  if (key.kind === 'mapping') {
    throw new YamlProblem('{{ … }} is a template; render it first (deploy.helm), or put it in quotes', key.offset);
  }
  throw new YamlProblem('a key must be text', key.offset);
}

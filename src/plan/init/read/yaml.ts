import { compose } from '../../../text/yaml/compose.ts';
import { isMergeKey, mergedMaps } from '../../../text/yaml/merge.ts';
import { Lines, type YamlNode, YamlProblem } from '../../../text/yaml/node.ts';

/** The documents of a file that others wrote; none where it is no YAML, such as a template of a chart. */
export interface YamlFile {
  documents: YamlNode[];
  /** Line of a node, from 1. */
  lineOf(node: YamlNode): number;
}

export function readYaml(text: string): YamlFile {
  const lines = new Lines(text);
  const lineOf = (node: YamlNode) => lines.at(node.offset).line;
  try {
    const documents = compose(text, { depth: 100, aliased: 20_000 });
    return { documents: documents.filter((document) => document !== undefined), lineOf };
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    return { documents: [], lineOf };
  }
}

/** The entries of a map by key, those of merge keys included. */
export function entriesOf(node: YamlNode | undefined): [string, YamlNode][] {
  if (node?.kind !== 'mapping') return [];
  const entries = new Map<string, YamlNode>();
  for (const { key, value } of node.pairs) {
    if (isMergeKey(key)) {
      for (const [name, merged] of mergedEntries(value)) if (!entries.has(name)) entries.set(name, merged);
    } else if (key.kind === 'scalar') entries.set(key.text, value);
  }
  return [...entries];
}

function mergedEntries(value: YamlNode): [string, YamlNode][] {
  try {
    return mergedMaps(value).flatMap(entriesOf);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    return [];
  }
}

/** The node below keys of maps; undefined where there is none. */
export function nodeAt(node: YamlNode | undefined, ...keys: string[]): YamlNode | undefined {
  return keys.reduce<YamlNode | undefined>((from, key) => entriesOf(from).find(([name]) => name === key)?.[1], node);
}

/** The items of a list; a scalar is a list of one. */
export function itemsOf(node: YamlNode | undefined): YamlNode[] {
  if (node === undefined) return [];
  if (node.kind === 'sequence') return node.items;
  return node.kind === 'scalar' && node.text !== '' ? [node] : [];
}

/** The text of a scalar; undefined for anything else, and for an empty one. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.text !== '' ? node.text : undefined;
}

export function textAt(node: YamlNode | undefined, ...keys: string[]): string | undefined {
  return textOf(nodeAt(node, ...keys));
}

/** Every node of a tree, parents first. */
export function* walk(node: YamlNode): Generator<YamlNode> {
  yield node;
  if (node.kind === 'sequence') for (const item of node.items) yield* walk(item);
  if (node.kind === 'mapping') for (const { value } of node.pairs) yield* walk(value);
}

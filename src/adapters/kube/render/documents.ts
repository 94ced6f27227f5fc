import { UserError } from '../../../errors.ts';
import type { KubeObject, Rendered } from '../../../ports.ts';
import { neutraliseLine } from '../../../text/neutralise.ts';
import { Lines, type YamlNode } from '../../../text/yaml/node.ts';
import { readKubeYaml } from '../yaml/read.ts';
import { problemOf } from './problem-of.ts';
import { withoutNullMetadata } from './without-null-metadata.ts';

/**
 * The objects of YAML documents or of JSON, as kubectl reads them. Splits lists of every kind (`List`, `ConfigMapList`, nested
 * lists) into their items. Whole numbers beyond 2^53 are BigInts.
 * @param file the name used in messages
 * @throws UserError with every document that is not an object of Kubernetes, each with its line
 */
export function readDocuments(text: string, file: string): Rendered[] {
  const lines = new Lines(text);
  const at = (offset: number) => `${file}:${lines.at(offset).line}`;
  const { documents, problems } = readKubeYaml(text);
  const wrong = problems.map(({ offset, message }) => ({ offset, message: neutraliseLine(message) }));
  const rendered: Rendered[] = [];
  for (const { base, node, value } of documents) {
    for (const item of itemsOf({ node, value })) {
      const offset = base + item.node.offset;
      const message = problemOf(item.value, file);
      if (message) wrong.push({ offset, message });
      else rendered.push({ object: withoutNullMetadata(item.value) as KubeObject, location: at(offset) });
    }
  }
  if (wrong.length === 0) return rendered;
  const [first = '', ...more] = wrong
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => `${at(offset)}: ${message}`);
  throw new UserError(first, { details: more, remedy: 'Correct the manifests; nothing was written to the cluster.' });
}

interface Item {
  /** Its place, for messages. */
  node: YamlNode;
  value: unknown;
}

/**
 * The objects of a list, as kubectl splits it: an item without kind gets the kind of a typed list.
 * @see https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/unstructured/helpers.go (decodeToList)
 */
function itemsOf(item: Item): Item[] {
  const { apiVersion, kind, items } = (item.value ?? {}) as { apiVersion?: unknown; kind?: unknown; items?: unknown };
  if (typeof kind !== 'string' || !kind.endsWith('List') || items === undefined) return [item];
  if (items !== null && !Array.isArray(items)) return [item];
  const nodes = itemNodes(item.node);
  return (items ?? []).flatMap((value: unknown, index) =>
    itemsOf({ node: nodes[index] ?? item.node, value: typed(value, apiVersion, kind.slice(0, -'List'.length)) }),
  );
}

function typed(value: unknown, apiVersion: unknown, kind: string): unknown {
  const given = value as { apiVersion?: unknown; kind?: unknown } | null;
  const isTyped = typeof given !== 'object' || given === null || (given.apiVersion && given.kind);
  return isTyped || kind === '' ? value : { ...given, apiVersion, kind };
}

function itemNodes(list: YamlNode): YamlNode[] {
  const pairs = list.kind === 'mapping' ? list.pairs : [];
  const items = pairs.findLast(({ key }) => key.kind === 'scalar' && key.text === 'items')?.value;
  return items?.kind === 'sequence' ? items.items : [];
}

import { isFields } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { parseJson, stringifyJson } from '../../text/json.ts';
import { type FieldTree, NO_FIELDS } from './field-tree.ts';

/**
 * The fields of a recorded object, without the server's answer. The managers of the live object know the keys of lists;
 * otherwise the names of the items are the keys.
 * @param guide fields of all managers of the live object
 */
export function fieldsOfObject(object: KubeObject, guide: FieldTree): FieldTree {
  const { apiVersion: _1, kind: _2, status: _3, metadata, ...rest } = object;
  const { labels, annotations } = metadata;
  const own = { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return { ...nodeOf({ ...rest, metadata: own }, guide), own: false };
}

function nodeOf(value: unknown, guide: FieldTree | undefined): FieldTree {
  const entries = Array.isArray(value) ? itemsOf(value, guide) : isFields(value) ? namesOf(value) : [];
  const children = new Map(entries.map(([key, inner]) => [key, nodeOf(inner, guide?.children.get(key))]));
  return { own: true, children };
}

function namesOf(value: Record<string, unknown>): [string, unknown][] {
  // A recorded null is an absent field: the server decides about its value.
  return Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[`f:${name}`, inner]]));
}

/** Empty for a list that counts as a whole. */
function itemsOf(items: readonly unknown[], guide: FieldTree = NO_FIELDS): [string, unknown][] {
  const keys = [...guide.children.keys()];
  const sample = keys.find((key) => key.startsWith('k:'));
  const names = sample ? Object.keys(parsed(sample)) : items.every(hasName) ? ['name'] : [];
  if (names.length === 0) return [];
  return items.flatMap((item): [string, unknown][] => (isFields(item) ? [[keyOf(item, names, keys), item]] : []));
}

/** The managers' key for an item, or without one its future key. */
function keyOf(item: Record<string, unknown>, names: readonly string[], known: readonly string[]): string {
  const fits = (key: string) =>
    Object.entries(parsed(key)).every(([name, value]) => item[name] === undefined || item[name] === value);
  const own = `k:${stringifyJson(Object.fromEntries(names.map((name) => [name, item[name]])))}`;
  return known.find((key) => key.startsWith('k:') && fits(key)) ?? own;
}

function parsed(key: string): Record<string, unknown> {
  const value: unknown = parseJson(key.slice(2));
  return isFields(value) ? value : {};
}

function hasName(item: unknown): boolean {
  return isFields(item) && typeof item.name === 'string';
}

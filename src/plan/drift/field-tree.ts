import { isFields } from '../../objects/fields.ts';

/**
 * The set of fields that a manager owns, as `metadata.managedFields` has it. Keys of `children` are those of the format
 * FieldsV1: `f:spec`, `k:{"name":"web"}` (an item by its merge keys), `v:"x"` (an item of a set), `i:0` (an item by index).
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ (FieldsV1)
 */
export interface FieldTree {
  /** The manager owns the field itself, not only something inside it. */
  own: boolean;
  children: ReadonlyMap<string, FieldTree>;
}

/** Keys from the root of an object, as FieldsV1 writes them. */
export type Path = readonly string[];

export const NO_FIELDS: FieldTree = { own: false, children: new Map() };

/** The tree in a `fieldsV1`; any other value owns nothing. */
export function parseFields(fieldsV1: unknown): FieldTree {
  return isFields(fieldsV1) ? { ...nodeOf(fieldsV1), own: false } : NO_FIELDS;
}

function nodeOf(fields: Record<string, unknown>): FieldTree {
  const inner = Object.entries(fields).filter(([key]) => /^[fkvi]:/.test(key));
  const children = new Map(inner.map(([key, value]) => [key, nodeOf(isFields(value) ? value : {})]));
  return { own: '.' in fields || children.size === 0, children };
}

/** All that any of these owns. */
export function union(trees: readonly FieldTree[]): FieldTree {
  const keys = new Set(trees.flatMap((tree) => [...tree.children.keys()]));
  const under = (key: string) => trees.flatMap((tree) => tree.children.get(key) ?? []);
  const own = trees.some((tree) => tree.own);
  return { own, children: new Map([...keys].map((key) => [key, union(under(key))])) };
}

export function isLeaf(tree: FieldTree): boolean {
  return tree.children.size === 0;
}

/** Owns this field, something inside of it, or the whole that contains it. */
export function touches(tree: FieldTree, path: Path): boolean {
  let node: FieldTree | undefined = tree;
  for (const key of path) {
    if (node.own && isLeaf(node)) return true;
    node = node.children.get(key);
    if (!node) return false;
  }
  return true;
}

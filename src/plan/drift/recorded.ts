import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './field-path.ts';
import { type FieldTree, isLeaf, type Path } from './field-tree.ts';

/** A recorded field with another live value; one of the two is undefined when the field is missing. */
export interface Difference {
  path: Path;
  wanted: unknown;
  live: unknown;
}

/**
 * Fields of the tree in which two objects differ: single fields, or a whole that one of the objects lacks. The tree pairs the
 * items of a list by their merge keys, not by their place.
 * @param same whether two values count as the same; default: deeply equal
 */
export function differences(
  tree: FieldTree,
  wanted: unknown,
  live: unknown,
  same: (a: unknown, b: unknown) => boolean = isDeepStrictEqual,
  path: Path = [],
): Difference[] {
  if (same(wanted, live)) return [];
  if (isLeaf(tree) || wanted === undefined || live === undefined) return [{ path, wanted, live }];
  return [...tree.children].flatMap(([key, child]) =>
    differences(child, valueAt(wanted, [key]), valueAt(live, [key]), same, [...path, key]),
  );
}

import { fieldChanges } from '../objects/diff.ts';
import { shownBoth } from '../objects/hide-secrets.ts';
import { FIELD_MANAGER } from '../objects/names.ts';
import { MISSING } from '../objects/show-value.ts';
import { withoutStringData } from '../objects/without-string-data.ts';
import type { KubeObject } from '../ports.ts';
import { alike } from './drift/alike.ts';
import { isController } from './drift/controllers.ts';
import { formatPath, valueAt } from './drift/field-path.ts';
import { type FieldTree, isLeaf, type Path, touches, union } from './drift/field-tree.ts';
import { fieldsOfObject } from './drift/fields-of-object.ts';
import { appliedFields, authorOf, type Manager, managersOf } from './drift/managers.ts';
import { keyOf } from './drift/shown.ts';

/** A field that an apply would change. */
export interface PlannedField {
  path: Path;
  wanted: unknown;
  live: unknown;
  /** Another manager of the field: the server would refuse the apply. */
  conflictsWith: string | undefined;
}

/**
 * What a server-side apply would change, from the live object alone: for an account that may not try it out on the server. Covers the
 * fields that the object has, and those that Slipway applied before and the object lacks. Defaults, and what webhooks set, are not known.
 */
export function plannedFields(object: KubeObject, live: KubeObject): PlannedField[] {
  const wanted = withoutStringData(object);
  const managers = managersOf(live);
  const applied = appliedFields(live, FIELD_MANAGER);
  const tree = union([fieldsOfObject(wanted, union(managers.map(({ fields }) => fields))), applied]);
  return changedIn(tree, wanted, live, []).flatMap(({ path, ...values }) => {
    const owner = ownerOf(path, managers);
    // An apply without the field gives up its part of it.
    if (owner !== undefined && values.wanted === undefined) return [];
    return [{ path, ...values, conflictsWith: owner }];
  });
}

/** One line for each field: `spec.replicas: 2 → 3`. @see shownBoth for the values that are hidden */
export function plannedLines(fields: readonly PlannedField[], kind: string): string[] {
  return fields.flatMap((field) => {
    const { path, wanted, live, conflictsWith } = field;
    const inside = insideOf(field, kind);
    const refused = conflictsWith === undefined ? '' : ` (${conflictsWith} manages it: the rollout would be refused)`;
    if (inside.length > 0) return inside.map((line) => `${line}${refused}`);
    const [before, after] = shownBoth({ kind, path: path.map(keyOf) }, live, wanted);
    return `${formatPath(path)}: ${before} → ${after}${refused}`;
  });
}

/** Of a list that counts as a whole, the parts that differ: without what only the live one has, which may be defaults. */
function insideOf({ path, wanted, live }: PlannedField, kind: string): string[] {
  if (!Array.isArray(wanted) || !Array.isArray(live)) return [];
  return fieldChanges(live, wanted, formatPath(path), kind)
    .filter(({ path: place, after }) => after !== MISSING || place.endsWith(']'))
    .map(({ path: place, before, after }) => `${place}: ${before} → ${after}`);
}

function changedIn(tree: FieldTree, wanted: unknown, live: unknown, path: Path): Omit<PlannedField, 'conflictsWith'>[] {
  const isWhole = isLeaf(tree) || wanted === undefined || live === undefined;
  if (isWhole) return alike(wanted, live) ? [] : [{ path, wanted, live }];
  return [...tree.children].flatMap(([key, child]) =>
    changedIn(child, valueAt(wanted, [key]), valueAt(live, [key]), [...path, key]),
  );
}

function ownerOf(path: Path, managers: readonly Manager[]): string | undefined {
  const others = managers.filter(
    ({ name, subresource, fields }) =>
      name !== FIELD_MANAGER && subresource === undefined && !isController(name) && touches(fields, path),
  );
  return authorOf(others, path, FIELD_MANAGER)?.manager;
}

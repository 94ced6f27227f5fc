import { type Fields, isFields } from '../fields.ts';
import { mergeKeyOf } from './merge-keys.ts';
import { PatchProblem } from './problem.ts';

const DIRECTIVE = '$patch';

/**
 * The object with a strategic merge patch: maps are merged, null removes a key, and lists are replaced, but those with a merge key
 * (containers by name), whose items are merged. `$patch: delete` removes an item, `$patch: replace` replaces its map or list. New
 * items follow those that are there, so that the container of the app stays the first one; kubectl puts them in front.
 * @throws PatchProblem for an item without its key, and for other directives
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMerge<T extends { apiVersion: string; kind: string }>(object: T, patch: Fields): T {
  return mergedMap(object as Fields, patch, { object, path: [] }) as T;
}

interface Place {
  object: { apiVersion: string; kind: string };
  path: readonly string[];
}

function mergedMap(original: Fields, patch: Fields, place: Place): Fields {
  if (patch[DIRECTIVE] === 'replace') return withoutDirective(patch);
  refuseDirectives(patch, place);
  const merged = structuredClone(original);
  for (const [key, value] of Object.entries(patch)) {
    const inner = { ...place, path: [...place.path, key] };
    const next = value === null ? undefined : mergedValue(merged[key], value, inner);
    if (next === undefined) delete merged[key];
    else Object.defineProperty(merged, key, { value: next, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

/** undefined: the value is removed. */
function mergedValue(original: unknown, patch: unknown, place: Place): unknown {
  if (isFields(patch)) {
    if (patch[DIRECTIVE] === 'delete') return undefined;
    return mergedMap(isFields(original) ? original : {}, patch, place);
  }
  if (!Array.isArray(patch)) return patch;
  const mergeKey = mergeKeyOf(place.object, place.path);
  if (mergeKey === undefined) return structuredClone(patch);
  return mergedList(Array.isArray(original) ? original : [], patch, mergeKey, place);
}

function mergedList(
  original: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  place: Place,
): unknown[] {
  const replaces = patch.some(
    (item) => isFields(item) && item[DIRECTIVE] === 'replace' && item[mergeKey] === undefined,
  );
  let merged: unknown[] = replaces ? [] : [...original];
  for (const item of patch) {
    if (!isFields(item)) throw new PatchProblem(`${place.path.join('.')} is a list of maps`);
    const key = item[mergeKey];
    if (key === undefined && item[DIRECTIVE] === 'replace') continue;
    if (key === undefined) {
      throw new PatchProblem(`an item of ${place.path.join('.')} has no "${mergeKey}", by which items are merged`);
    }
    const isSame = (one: unknown) => isFields(one) && one[mergeKey] === key;
    const before = merged.find(isSame);
    if (item[DIRECTIVE] === 'delete') {
      if (before === undefined) throw new PatchProblem(`${place.path.join('.')} has no item with ${mergeKey} ${key}`);
      merged = merged.filter((one) => !isSame(one));
      continue;
    }
    const next = mergedMap(isFields(before) ? before : {}, item, place);
    merged = before === undefined ? [...merged, next] : merged.map((one) => (isSame(one) ? next : one));
  }
  return merged;
}

function withoutDirective(patch: Fields): Fields {
  const { [DIRECTIVE]: _, ...rest } = patch;
  return structuredClone(rest);
}

function refuseDirectives(patch: Fields, { path }: Place): void {
  const unknown = Object.keys(patch).find((key) =>
    /^\$(patch|retainKeys|setElementOrder|deleteFromPrimitiveList)/.test(key),
  );
  if (unknown === undefined) return;
  const where = [...path, unknown].join('.');
  throw new PatchProblem(
    `${where} has no meaning here: only \`$patch: delete\` and \`$patch: replace\` inside of the object`,
  );
}

import type { KubeObject } from '../../ports.ts';
import { stringifyJson } from '../../text/json.ts';
import { valueAt } from './field-path.ts';
import type { FieldTree, Path } from './field-tree.ts';
import { type Author, later, type Manager } from './managers.ts';

/** A field that is in no record, and its manager. */
export interface Added {
  path: Path;
  live: unknown;
  author: Author;
}

/** The metadata that people write; the rest belongs to the server. */
const METADATA = new Set(['f:labels', 'f:annotations']);

/**
 * Fields that these managers own and the record lacks, each at the highest new level: a variable, not its name and its value.
 * The last of several managers of a field counts.
 * @param recorded all fields of the record
 */
export function addedFields(live: KubeObject, managers: readonly Manager[], recorded: FieldTree): Added[] {
  const found = managers.flatMap((manager) => {
    const author = { manager: manager.name, at: manager.at ?? null };
    return newIn(considered(manager.fields), recorded, []).map((path) => ({ path, author }));
  });
  const wholes = new Map<string, { path: Path; author: Author }>();
  for (const one of found.sort((a, b) => a.path.length - b.path.length)) {
    const whole = wholeOf(wholes, one.path);
    if (!whole) wholes.set(stringifyJson(one.path), one);
    else if (later({ at: one.author.at ?? '' }, { at: whole.author.at ?? '' }) < 0) whole.author = one.author;
  }
  return [...wholes.values()].flatMap(({ path, author }) => {
    const value = valueAt(live, path);
    return value === undefined ? [] : [{ path, live: value, author }];
  });
}

/** Without the status, and without metadata that is not for people. */
function considered(fields: FieldTree): FieldTree {
  const children = new Map([...fields.children].filter(([key]) => key !== 'f:status'));
  const metadata = children.get('f:metadata');
  if (metadata) {
    const kept = new Map([...metadata.children].filter(([key]) => METADATA.has(key)));
    children.set('f:metadata', { own: false, children: kept });
  }
  return { own: false, children };
}

/** Maps whose entries are reported one by one, like the items of a list. */
const OF_ENTRIES = new Set(['f:labels', 'f:annotations', 'f:data', 'f:binaryData']);

function newIn(tree: FieldTree, recorded: FieldTree | undefined, path: Path): Path[] {
  if (!recorded && tree.own && !holdsEntries(tree, path)) return [path];
  return [...tree.children].flatMap(([key, child]) => newIn(child, recorded?.children.get(key), [...path, key]));
}

function holdsEntries(tree: FieldTree, path: Path): boolean {
  return OF_ENTRIES.has(path.at(-1) ?? '') || [...tree.children.keys()].some((key) => /^[kv]:/.test(key));
}

function wholeOf<T>(wholes: ReadonlyMap<string, T>, path: Path): T | undefined {
  for (let length = 1; length <= path.length; length++) {
    const whole = wholes.get(stringifyJson(path.slice(0, length)));
    if (whole) return whole;
  }
  return undefined;
}

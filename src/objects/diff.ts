import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../ports.ts';
import { secretOption } from '../text/secret-like.ts';
import { isFields } from './fields.ts';
import { type Place, shownBoth } from './hide-secrets.ts';

/** Fields that the server maintains. */
const OF_THE_SERVER = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];

/** One field that differs; the values are text for people. */
export interface FieldChange {
  path: string;
  before: string;
  after: string;
}

/** The effect of an apply on one object. */
export interface ObjectChange {
  change: 'new' | 'changed' | 'unchanged';
  /** One line for each field of a changed object: `spec.replicas: 2 → 3`. @see shownBoth for the values that are hidden */
  lines: string[];
}

/** @param live undefined if the object does not exist */
export function changeOf(live: KubeObject | undefined, dryRun: KubeObject): ObjectChange {
  if (live === undefined) return { change: 'new', lines: [] };
  const changes: FieldChange[] = [];
  compare(strip(live), strip(dryRun), { kind: live.kind, path: [] }, '', changes);
  return { change: 'changed', lines: changes.map(({ path, before, after }) => `${path}: ${before} → ${after}`) };
}

/** The fields in which two values differ, of a part of an object of this kind. @param path where they are, with dots */
export function fieldChanges(before: unknown, after: unknown, path: string, kind: string): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, { kind, path: path.split('.') }, path, changes);
  return changes;
}

function strip(object: KubeObject): unknown {
  const { status: _, ...rest } = object;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !OF_THE_SERVER.includes(key)));
  return { ...rest, metadata };
}

/** @param text the place, for people */
function compare(before: unknown, after: unknown, place: Place, text: string, changes: FieldChange[]): void {
  if (isDeepStrictEqual(before, after)) return;
  const inside = (key: string): Place => ({ kind: place.kind, path: [...place.path, key] });
  if (isFields(before) && isFields(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], inside(key), text === '' ? key : `${text}.${key}`, changes);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (const [key, a, b] of pairUp(before, after)) {
      const option = secretOption(before[Number(key) - 1]) ?? secretOption(after[Number(key) - 1]);
      compare(a, b, inside(option ?? key), `${text}[${key}]`, changes);
    }
  } else {
    const [from, to] = shownBoth(place, before, after);
    changes.push({ path: text, before: from, after: to });
  }
}

/** Pairs items by name if they have one, otherwise by index. */
function pairUp(before: unknown[], after: unknown[]): [key: string, before: unknown, after: unknown][] {
  const nameOf = (item: unknown) => (isFields(item) && typeof item.name === 'string' ? item.name : undefined);
  if ([...before, ...after].every((item) => nameOf(item) !== undefined)) {
    const names = [...new Set([...before, ...after].map((item) => nameOf(item) ?? ''))];
    const find = (items: unknown[], name: string) => items.find((item) => nameOf(item) === name);
    return names.map((name) => [name, find(before, name), find(after, name)]);
  }
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => [String(index), before[index], after[index]]);
}

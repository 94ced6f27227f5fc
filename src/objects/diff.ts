import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../ports.ts';
import { showBoth } from './show-value.ts';

/** Fields that the server keeps; a person does not deploy them. */
const OF_THE_SERVER = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];

/** One field that differs; the values are text for people. */
export interface FieldChange {
  path: string;
  before: string;
  after: string;
}

/** What an apply would change, one line for each field: `spec.replicas: 2 → 3`. Values of Secrets are not shown. */
export function diffLines(live: KubeObject | undefined, dryRun: KubeObject): string[] {
  if (live === undefined) return ['(new)'];
  const changes: FieldChange[] = [];
  compare(strip(live), strip(dryRun), '', changes, live.kind === 'Secret');
  return changes.map(({ path, before, after }) => `${path}: ${before} → ${after}`);
}

/** The fields in which two values differ, of a part of an object of this kind; `path` is where they are. */
export function fieldChanges(before: unknown, after: unknown, path: string, kind: string): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, path, changes, kind === 'Secret');
  return changes;
}

function strip(object: KubeObject): unknown {
  const { status: _, ...rest } = object;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !OF_THE_SERVER.includes(key)));
  return { ...rest, metadata };
}

function compare(before: unknown, after: unknown, path: string, changes: FieldChange[], secret: boolean): void {
  if (isDeepStrictEqual(before, after)) return;
  if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], path === '' ? key : `${path}.${key}`, changes, secret);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const pairs = pairUp(before, after);
    for (const [key, a, b] of pairs) compare(a, b, `${path}[${key}]`, changes, secret);
  } else {
    const hidden = secret && /^(data|stringData)\b/.test(path);
    const [from, to] = hidden ? ['***', '***'] : showBoth(before, after);
    changes.push({ path, before: from, after: to });
  }
}

/** Items that have a name belong together by it; others by their place. */
function pairUp(before: unknown[], after: unknown[]): [key: string, before: unknown, after: unknown][] {
  const nameOf = (item: unknown) => (isMap(item) && typeof item.name === 'string' ? item.name : undefined);
  if ([...before, ...after].every((item) => nameOf(item) !== undefined)) {
    const names = [...new Set([...before, ...after].map((item) => nameOf(item) ?? ''))];
    const find = (items: unknown[], name: string) => items.find((item) => nameOf(item) === name);
    return names.map((name) => [name, find(before, name), find(after, name)]);
  }
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => [String(index), before[index], after[index]]);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

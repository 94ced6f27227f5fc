import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../ports.ts';
import { isFields } from './fields.ts';
import { keepRandomText } from './random-text.ts';

/** An object with its random content kept. */
export interface KeptRandom {
  object: KubeObject;
  /** Fields that have the value of the live object. */
  kept: string[];
  /** Fields that the live object lacks: their value is new. */
  fresh: string[];
  /** Fields whose live value does not fit the template: Slipway cannot know which part of it is random. */
  lost: string[];
}

type Found = Pick<KeptRandom, 'kept' | 'fresh' | 'lost'>;

/**
 * Keeps the random content of a rendered object: a field in which two renders of the same input differ keeps the value of the
 * live object.
 * @param again the object of the second render
 */
export function keepRandom(object: KubeObject, again: KubeObject, live: KubeObject | undefined): KeptRandom {
  const found: Found = { kept: [], fresh: [], lost: [] };
  const readable = object.kind === 'Secret' ? decoded : (one: KubeObject) => one;
  const merged = merge(readable(object), readable(again), live && withStringData(readable(live)), '', found);
  return { object: (object.kind === 'Secret' ? encoded(merged as KubeObject) : merged) as KubeObject, ...found };
}

function merge(a: unknown, b: unknown, live: unknown, path: string, found: Found): unknown {
  if (isDeepStrictEqual(a, b)) return a;
  if (isFields(a) && isFields(b)) {
    const from = isFields(live) ? live : {};
    return Object.fromEntries(
      Object.entries(a).map(([key, value]) => [
        key,
        merge(value, b[key], from[key], path === '' ? key : `${path}.${key}`, found),
      ]),
    );
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    return a.map((item, index) => merge(item, b[index], itemOf(live, item, index), `${path}[${index}]`, found));
  }
  return leaf(a, b, live, path, found);
}

function leaf(a: unknown, b: unknown, live: unknown, path: string, found: Found): unknown {
  if (live === undefined || live === null) {
    found.fresh.push(path);
    return a;
  }
  const isText = typeof a === 'string' && typeof b === 'string' && typeof live === 'string';
  const value = isText ? keepRandomText(a, b, live) : typeof live === typeof a ? live : undefined;
  (value === undefined ? found.lost : found.kept).push(path);
  return value ?? a;
}

/** The item of a live list, by its name if it has one. */
function itemOf(live: unknown, item: unknown, index: number): unknown {
  if (!Array.isArray(live)) return undefined;
  if (!isFields(item) || typeof item.name !== 'string') return live[index];
  return live.find((one) => isFields(one) && one.name === item.name);
}

/** Byte by byte, so that binary values stay unchanged. */
function decoded(secret: KubeObject): KubeObject {
  return withData(secret, (value) => Buffer.from(value, 'base64').toString('latin1'));
}

function encoded(secret: KubeObject): KubeObject {
  return withData(secret, (value) => Buffer.from(value, 'latin1').toString('base64'));
}

function withData(secret: KubeObject, change: (value: string) => string): KubeObject {
  if (!isFields(secret.data)) return secret;
  const entries = Object.entries(secret.data).map(([key, value]) => [
    key,
    typeof value === 'string' ? change(value) : value,
  ]);
  return { ...secret, data: Object.fromEntries(entries) };
}

/** The server stores `stringData` as `data`. */
function withStringData(live: KubeObject): KubeObject {
  if (live.kind !== 'Secret' || !isFields(live.data)) return live;
  const text = Object.entries(live.data).map(([key, value]) => [
    key,
    typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : value,
  ]);
  return { ...live, stringData: Object.fromEntries(text) };
}

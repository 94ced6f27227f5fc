import { isDeepStrictEqual } from 'node:util';
import { isMap } from './field-tree.ts';

/**
 * Whether a recorded value and a live one count as the same where the server was not asked for its defaults: what is empty
 * may be left out, and a quantity may be written otherwise ("0.5" and "500m").
 */
export function alike(recorded: unknown, live: unknown): boolean {
  if (isDeepStrictEqual(recorded, live) || (isEmpty(recorded) && isEmpty(live))) return true;
  if (isMap(recorded) && isMap(live)) return Object.keys(recorded).every((key) => alike(recorded[key], live[key]));
  if (Array.isArray(recorded) && Array.isArray(live)) {
    return recorded.length === live.length && recorded.every((item, index) => alike(item, live[index]));
  }
  const [a, b] = [quantity(recorded), quantity(live)];
  return a !== undefined && a === b;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const UNITS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function quantity(value: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(n|u|m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(String(value));
  return match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1) : undefined;
}

import type { KubeObject } from '../../ports.ts';

const SERVERS = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];

/** True when the live object contains everything that was sent. */
export function holds(live: KubeObject, sent: KubeObject): boolean {
  const { status: _, stringData, ...rest } = sent;
  const metadata = Object.fromEntries(Object.entries(sent.metadata).filter(([key]) => !SERVERS.includes(key)));
  return within({ ...rest, metadata }, live) && within(encoded(stringData), live.data ?? {});
}

/** `stringData` of a Secret as the server stores it. */
function encoded(stringData: unknown): Record<string, string> {
  const entries = Object.entries((stringData ?? {}) as Record<string, string | null>);
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(String(value ?? '')).toString('base64')]));
}

function within(wanted: unknown, live: unknown): boolean {
  if (wanted === undefined) return true;
  // The server keeps no null: it leaves the field out, or makes the value of a map empty.
  if (wanted === null) return live === undefined || live === null || live === '';
  if (Array.isArray(wanted)) {
    return Array.isArray(live) && live.length === wanted.length && wanted.every((one, i) => within(one, live[i]));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const fields = (live ?? {}) as Record<string, unknown>;
    return Object.entries(wanted).every(([key, value]) => within(value, fields[key]));
  }
  return wanted === live || isSameTime(wanted, live);
}

/** The server writes times with the number of digits of their type. */
function isSameTime(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || !/^\d{4}-\d\d-\d\dT.*Z$/.test(a)) return false;
  return Date.parse(a) === Date.parse(b);
}

import { isDeepStrictEqual } from 'node:util';
import { isFields } from '../../objects/fields.ts';
import { quantityOf } from '../../text/quantity.ts';

/**
 * Whether a recorded and a live value count as the same without the server's defaults: an empty value may be absent, a recorded
 * null leaves the value to the server, and a quantity may have another form ("0.5" and "500m").
 */
export function alike(recorded: unknown, live: unknown): boolean {
  if (recorded === null || isDeepStrictEqual(recorded, live) || (isEmpty(recorded) && isEmpty(live))) return true;
  if (isFields(recorded) && isFields(live))
    return Object.keys(recorded).every((key) => alike(recorded[key], live[key]));
  if (Array.isArray(recorded) && Array.isArray(live)) {
    return recorded.length === live.length && recorded.every((item, index) => alike(item, live[index]));
  }
  const [a, b] = [quantityOf(String(recorded)), quantityOf(String(live))];
  return a !== undefined && a === b;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.values(value).every((inner) => inner === null);
}

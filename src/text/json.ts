import { parse as parseExactly, stringify as stringifyExactly } from 'lossless-json';

/**
 * JSON as Kubernetes means it: a whole number that a JavaScript number cannot hold is a BigInt, up to the 64 bits of the API
 * server. All other numbers are numbers on both sides.
 */

const LARGEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);

/** A number of 16 or more digits at the start of a value; shorter numbers are exact. */
const LARGE = /[:[,]\s*-?\d{16}/;

/** The value of a decimal number: as `JSON.parse` reads it, or a BigInt if that loses digits. */
function exactNumber(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^[-+]?\d+$/.test(text) ? number : exactInteger(BigInt(text));
}

/** A whole number, as a number if that is exact. The API server reads numbers beyond 64 bits as floating point. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) || value > LARGEST || value < SMALLEST ? number : value;
}

/** @throws SyntaxError as `JSON.parse` does */
export function parseJson(text: string): unknown {
  return LARGE.test(text) ? parseExactly(text, undefined, exactNumber) : JSON.parse(text);
}

type Replacer = (key: string, value: unknown) => unknown;

/** As `JSON.stringify`; writes a BigInt as a number. */
export function stringifyJson(value: unknown, replacer?: Replacer): string {
  try {
    return JSON.stringify(value, replacer);
  } catch (error) {
    const text = holdsBigInt(value) ? stringifyExactly(value, replacer) : undefined;
    if (text === undefined) throw error;
    return text;
  }
}

function holdsBigInt(value: unknown, seen = new Set<object>()): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return typeof value === 'bigint';
  seen.add(value);
  return Object.values(value).some((inner) => holdsBigInt(inner, seen));
}

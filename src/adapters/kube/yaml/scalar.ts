import { exactInteger } from '../../../text/json.ts';
import { YamlProblem, type YamlScalar } from '../../../text/yaml/node.ts';

/**
 * The value that kubectl gives a scalar: YAML 1.1 as go-yaml reads it, then JSON. `yes` is true, `0644` and `0o644` are octal,
 * dates and base-60 numbers stay text.
 * @throws YamlProblem for what kubectl refuses: a tag that does not fit, and infinity, which JSON lacks
 * @see https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
export function scalarValue(node: YamlScalar): unknown {
  const { tag, text } = node;
  if (tag === undefined) return node.plain ? inJson(resolve(text), node) : text;
  if (tag === '!!binary') return decoded(node);
  if (!CONVERSIONS.has(tag)) return text;
  const value = resolve(text);
  const type = typeOf(value);
  if (type === tag || (tag === '!!float' && type === '!!int')) return inJson(value, node);
  throw new YamlProblem(`${JSON.stringify(text)} is not ${tag}`, node.offset);
}

const CONVERSIONS = new Set(['!!int', '!!float', '!!bool', '!!null']);

const WORDS = new Map<string, unknown>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const LARGEST_UNSIGNED = 2n ** 64n - 1n;
const LARGEST_SIGNED = 2n ** 63n;

function resolve(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text);
  // Underscores between digits count for nothing, except in a number that begins with its point.
  const digits = /^[-+0-9]/.test(text) ? text.replaceAll('_', '') : text;
  const whole = integerOf(digits);
  if (whole !== undefined) return whole;
  const number = FLOAT.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(number) ? number + 0 : text;
}

function integerOf(digits: string): number | bigint | undefined {
  const [, sign = '', magnitude] = INTEGER.exec(digits) ?? [];
  if (magnitude === undefined) return undefined;
  const size = BigInt(magnitude.replace(/^0[oO]?(?=[0-7])/, '0o'));
  const largest = sign === '-' ? LARGEST_SIGNED : sign === '+' ? LARGEST_SIGNED - 1n : LARGEST_UNSIGNED;
  return size > largest ? undefined : exactInteger(sign === '-' ? -size : size);
}

function typeOf(value: unknown): string {
  if (value === null) return '!!null';
  if (typeof value === 'boolean') return '!!bool';
  if (typeof value === 'string') return '!!str';
  return typeof value === 'bigint' || Number.isInteger(value) ? '!!int' : '!!float';
}

function inJson(value: unknown, node: YamlScalar): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new YamlProblem(`JSON has no number ${node.text}; put it in quotes to have it as text`, node.offset);
}

function decoded({ text, offset }: YamlScalar): string {
  const base64 = text.replace(/[\r\n]/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw new YamlProblem('!!binary is not base64', offset);
  }
  return Buffer.from(base64, 'base64').toString('utf8');
}

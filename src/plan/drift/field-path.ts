import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '../../text/json.ts';
import type { Path } from './field-tree.ts';

const PLAIN = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;

/** A path as people write it: `spec.template.spec.containers[web].env[DEBUG]`, `metadata.labels[slipway.dev/app]`. */
export function formatPath(path: Path): string {
  return path.map((key, index) => formatKey(key, index === 0)).join('');
}

function formatKey(key: string, first: boolean): string {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return PLAIN.test(rest) ? `${first ? '' : '.'}${rest}` : `[${rest}]`;
  if (key.startsWith('i:')) return `[${rest}]`;
  const parsed = parsedKey(key);
  if (typeof parsed !== 'object' || parsed === null) return `[${String(parsed)}]`;
  return `[${Object.values(parsed).map(String).join('/')}]`;
}

/** The value at a path of an object, or of a part of one; undefined without one. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce(childOf, value);
}

function childOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (key.startsWith('f:')) {
    const name = key.slice(2);
    return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  if (key.startsWith('i:')) return value[Number(key.slice(2))];
  const wanted = parsedKey(key);
  return value.find((item) => (key.startsWith('k:') ? hasKeys(item, wanted) : isDeepStrictEqual(item, wanted)));
}

/** A merge key that an item leaves out has its default (`protocol` of a port): the server has added it to the path. */
function hasKeys(item: unknown, keys: unknown): boolean {
  if (typeof item !== 'object' || item === null || typeof keys !== 'object' || keys === null) return false;
  const own = item as Record<string, unknown>;
  const present = Object.entries(keys).filter(([name]) => own[name] !== undefined);
  return present.length > 0 && present.every(([name, value]) => own[name] === value);
}

function parsedKey(key: string): unknown {
  try {
    return parseJson(key.slice(2));
  } catch {
    return key.slice(2);
  }
}

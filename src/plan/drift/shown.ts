import { showBoth, showValue } from '../../objects/show-value.ts';
import { secretLike } from '../images/secret-like.ts';
import type { Path } from './field-tree.ts';

/** In place of a value that is not shown. */
export const HIDDEN = '***';

/**
 * The recorded and the live value of a field as people may see them, null for one that is not there. What Secrets hold is
 * never shown, nor what looks like a secret elsewhere: a report is read by more people than the namespace.
 */
export function shownPair(
  kind: string,
  path: Path,
  recorded: unknown,
  live: unknown,
): { recorded: string | null; live: string | null } {
  const [before, after] = [recorded, live].map((value) => safe(kind, path, value));
  const [from, to] = before === HIDDEN || after === HIDDEN ? [shown(before), shown(after)] : showBoth(before, after);
  return { recorded: before === undefined ? null : from, live: after === undefined ? null : to };
}

function shown(value: unknown): string {
  return value === HIDDEN ? HIDDEN : showValue(value);
}

function safe(kind: string, path: Path, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (kind === 'Secret' && /^f:(data|stringData)$/.test(path[0] ?? '')) return HIDDEN;
  return withoutSecrets(value, nameOf(path));
}

/** What a value is called: the item of a list that it belongs to (`env[DB_PASSWORD].value`), else its field. */
function nameOf(path: Path): string {
  const last = path.at(-1) ?? '';
  const item = last === 'f:value' ? path.at(-2) : last;
  const name = item?.startsWith('k:') ? (/"name":"([^"]*)"/.exec(item)?.[1] ?? '') : (item?.slice(2) ?? '');
  return name;
}

function withoutSecrets(value: unknown, name: string): unknown {
  if (typeof value === 'string') return secretLike(name, value) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, name));
  if (typeof value !== 'object' || value === null) return value;
  const own = 'name' in value && typeof value.name === 'string' ? value.name : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, key === 'value' && own ? own : key)]),
  );
}

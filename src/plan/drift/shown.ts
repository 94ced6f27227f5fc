import { shownBoth } from '../../objects/hide-secrets.ts';
import type { Path } from './field-tree.ts';

/**
 * The recorded and the live value of a field as people may see them; null for a missing value.
 * @see shownBoth for what is hidden
 */
export function shownPair(
  kind: string,
  path: Path,
  recorded: unknown,
  live: unknown,
): { recorded: string | null; live: string | null } {
  const [from, to] = shownBoth({ kind, path: path.map(keyOf) }, recorded, live);
  return { recorded: recorded === undefined ? null : from, live: live === undefined ? null : to };
}

/** `f:spec` is `spec`; the item of a list is its name (`k:{"name":"web"}`), or else its key. */
export function keyOf(key: string): string {
  return key.startsWith('k:') ? (/"name":"([^"]*)"/.exec(key)?.[1] ?? key.slice(2)) : key.slice(2);
}

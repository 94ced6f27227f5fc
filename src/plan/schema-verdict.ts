import type { Release } from '../objects/release.ts';
import type { SchemaChange } from '../objects/schema-version/comparing-job.ts';

/** Whether the last good release works on the schema that a migration left, as far as its version says. */
export type SchemaVerdict = 'as-before' | 'changed' | 'unknown';

/**
 * Compares the version of the schema after a migration with that of the last good release, or with that before the migration if no
 * other release has migrated in between.
 * @param change of the migration of the release; undefined: not known
 */
export function schemaVerdict(
  change: SchemaChange | undefined,
  release: Release,
  good: Release | undefined,
  releases: readonly Release[],
): SchemaVerdict {
  if (change === undefined || good === undefined) return 'unknown';
  if (change.after === good.schema) return 'as-before';
  if (change.before !== change.after) return 'changed';
  const others = releases.filter(
    ({ revision, migration }) =>
      revision > good.revision &&
      revision !== release.revision &&
      migration !== undefined &&
      migration !== good.migration,
  );
  return others.length === 0 ? 'as-before' : 'unknown';
}

/** What a file or folder has of permissions. */
export interface Permissions {
  /** A folder, or a file that its owner may execute. */
  executable: boolean;
  /** With the bits for setuid, setgid and sticky. */
  mode: number;
}

/**
 * The entries whose permissions are not those that Git and one umask give: something changed them after the checkout, and
 * COPY brings the change into the image. The umask itself is what most entries agree on, so it does not count.
 */
export function ownModes<T extends Permissions>(entries: readonly T[]): Set<T> {
  const runnable = entries.filter(({ executable }) => executable);
  const readWrite = mostCommon(entries.map((entry) => withheld(entry, 0o066)));
  const execute = mostCommon(runnable.map((entry) => withheld(entry, 0o011)));
  return new Set(
    entries.filter((entry) => {
      const [most, owner] = entry.executable ? [0o777, 0o700] : [0o666, 0o600];
      const hasMore = (entry.mode & 0o7777 & ~most) !== 0;
      const differs = withheld(entry, 0o066) !== readWrite || (entry.executable && withheld(entry, 0o011) !== execute);
      return hasMore || differs || withheld(entry, owner) !== 0;
    }),
  );
}

function withheld({ mode }: Permissions, of: number): number {
  return of & ~mode;
}

/** Of several, the smallest. */
function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b);
  return first?.[0] ?? 0;
}

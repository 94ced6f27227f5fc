import { createHash } from 'node:crypto';

/** Everything that decides what a build makes, as far as it can be known before building. */
export interface Sources {
  contextDigest: string;
  dockerfileDigest: string;
  target: string | undefined;
  platforms: readonly string[];
  buildArgs: Readonly<Record<string, string>>;
  /** Labels that the user chose and where the source is; not revision, version and date, which differ for equal sources. */
  labels: Readonly<Record<string, string>>;
  /** Ids of the secrets; their values never enter. */
  secretIds: readonly string[];
}

/**
 * A key that is equal for equal sources: 64 hexadecimal digits. An image that carries it can be used in place of a build.
 * Order of names does not matter.
 */
export function sourceKey(sources: Sources): string {
  const sorted = (record: Readonly<Record<string, string>>) =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const canonical = JSON.stringify([
    'slipway-source-1',
    sources.contextDigest,
    sources.dockerfileDigest,
    sources.target ?? null,
    [...sources.platforms].sort(),
    sorted(sources.buildArgs),
    sorted(sources.labels),
    [...sources.secretIds].sort(),
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}

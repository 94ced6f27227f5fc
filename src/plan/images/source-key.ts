import { createHash } from 'node:crypto';

/** Everything that decides the result of a build, as far as it is known before the build. */
export interface Sources {
  contextDigest: string;
  dockerfileDigest: string;
  target: string | undefined;
  platforms: readonly string[];
  buildArgs: Readonly<Record<string, string>>;
  /** The user's labels and the address of the source, without revision, version and date, which differ for equal sources. */
  labels: Readonly<Record<string, string>>;
  /** Ids of the secrets; their values are not part of the key. */
  secretIds: readonly string[];
}

/**
 * A key that is equal for equal sources: 64 hexadecimal digits. An image with this key can replace a build. The order of names
 * does not matter.
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

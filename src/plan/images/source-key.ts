import { createHash } from 'node:crypto';

/** Everything that decides the content of an image, as far as it is known before the build. */
export interface SourceParts {
  /** Id of the repository, which labels of the image name. */
  repository: number;
  contextDigest: string;
  dockerfile: string;
  /** Named contexts → digest of the folder or of the image; undefined where it is not known. */
  contexts: Readonly<Record<string, string | undefined>>;
  target: string | undefined;
  /** With the platform of the engine in place of none. */
  platforms: readonly string[];
  /** The build arguments that the target consumes. */
  buildArgs: Readonly<Record<string, string>>;
  /** The labels of the user. */
  labels: Readonly<Record<string, string>>;
  /** Ids of the secrets; their values are not part of the key. */
  secretIds: readonly string[];
  /** Ids of the SSH agents and keys. */
  sshIds: readonly string[];
  /** The images that the build reads → digest, or the id of an image that only this engine has; undefined where it is not known. */
  images: Readonly<Record<string, string | undefined>>;
}

export interface SourceKey {
  /** `2:` and 64 hexadecimal digits: equal for equal sources. The number changes with what the key is made of. */
  key: string;
  /** What each part is, for people → its short hash. */
  parts: Record<string, string>;
}

/** The key of the sources of a build. The event, the commit and the order of names do not matter. */
export function sourceKey(sources: SourceParts): SourceKey {
  const named = (what: string, record: Readonly<Record<string, string | undefined>>) =>
    Object.entries(record).map(([name, value]) => [`${what} ${name}`, value ?? 'not known'] as const);
  const parts: (readonly [string, string])[] = [
    ['the repository', String(sources.repository)],
    ['the context', sources.contextDigest],
    ['the Dockerfile', sources.dockerfile],
    ['the target', sources.target?.toLowerCase() ?? ''],
    ['the platforms', [...new Set(sources.platforms)].sort().join()],
    ['the secrets', [...new Set(sources.secretIds)].sort().join()],
    ...(sources.sshIds.length > 0 ? [['SSH', [...new Set(sources.sshIds)].sort().join()] as const] : []),
    ...named('context', sources.contexts),
    ...named('build argument', sources.buildArgs),
    ...named('label', sources.labels),
    ...named('image', sources.images),
  ];
  const sorted = parts.map(([name, text]) => [name, sha256(text)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    key: `2:${sha256(JSON.stringify(sorted))}`,
    parts: Object.fromEntries(sorted.map(([name, hash]) => [name, hash.slice(0, 12)])),
  };
}

/** The parts that differ between two keys, in words; empty for equal ones. */
export function changedParts(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...names].filter((name) => before[name] !== now[name]);
}

/** The parts that a label of an image holds; undefined for a label of something else. */
export function readParts(label: string | undefined): Record<string, string> | undefined {
  try {
    const parts: unknown = JSON.parse(label ?? '');
    if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) return undefined;
    return Object.fromEntries(Object.entries(parts).filter(([, hash]) => typeof hash === 'string'));
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

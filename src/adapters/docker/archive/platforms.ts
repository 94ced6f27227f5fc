import type { ReadEntry } from 'tar';
import * as z from 'zod';
import { readArchive } from './read-archive.ts';

/** Bytes of an index. BuildKit writes a few kilobytes. */
const MOST_INDEX = 256 * 1024;
const MOST_INDEXES = 10;

const part = z.string().regex(/^[a-z0-9_.-]{1,30}$/i);
const index = z.object({
  manifests: z
    .array(
      z.object({
        mediaType: z.string().optional(),
        digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
        platform: z.object({ os: part, architecture: part, variant: part.optional() }).optional(),
      }),
    )
    .max(100),
});
type Child = z.infer<typeof index>['manifests'][number];

/**
 * The platforms that an untrusted archive of `docker save` holds by its index, such as linux/amd64. `manifest.json`, from which
 * the image is loaded, names one of them. Empty for an image of one platform.
 */
export async function platformsIn(path: string): Promise<string[]> {
  const names = new Set<string>();
  const first = await indexesOf(path, new Set(['index.json']), (name) => names.add(name));
  const nested = first.filter(({ mediaType = '' }) => /index|manifest\.list/.test(mediaType)).slice(0, MOST_INDEXES);
  const children = nested.length === 0 ? [] : await indexesOf(path, new Set(nested.map(fileOf)));
  return [...new Set([...first, ...children].filter((child) => names.has(fileOf(child))).flatMap(platformOf))];
}

function fileOf({ digest }: Child): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}

/** Statements of the builder have the platform unknown/unknown. */
function platformOf({ platform }: Child): string[] {
  if (platform === undefined || platform.os === 'unknown') return [];
  return [[platform.os, platform.architecture, platform.variant].filter((one) => one !== undefined).join('/')];
}

async function indexesOf(path: string, wanted: ReadonlySet<string>, see?: (name: string) => void): Promise<Child[]> {
  const children: Child[] = [];
  await readArchive(path, (name, entry) => {
    see?.(name);
    if (!wanted.has(name) || entry.size > MOST_INDEX) return undefined;
    return async (one) => void children.push(...(await childrenOf(one)));
  });
  return children;
}

async function childrenOf(entry: ReadEntry): Promise<Child[]> {
  const text = (await entry.concat()).toString();
  try {
    return index.parse(JSON.parse(text)).manifests;
  } catch {
    return [];
  }
}

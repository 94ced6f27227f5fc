import * as z from 'zod';

/** An image in an archive of `docker save`, by the names of its files there. */
export interface SavedImage {
  config: string;
  /** The lowest first. */
  layers: string[];
}

const DIGEST = /^sha256:([0-9a-f]{64})$/;
const IMAGE_CONFIG = /^application\/vnd\.(oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/;
/** Manifests and indexes of one archive, and how deep they are nested. */
const MOST_MANIFESTS = 200;
const DEEPEST = 4;

const digest = z.string().regex(DIGEST);
const descriptor = z.object({
  digest,
  annotations: z.record(z.string(), z.string()).nullish(),
});
const index = z.object({ manifests: z.array(descriptor) });
const manifest = z.object({
  config: z.object({ mediaType: z.string().regex(IMAGE_CONFIG), digest }),
  layers: z.array(z.object({ digest })),
});
/** @see https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md */
const list = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()).nullish() }));

/**
 * The images of an archive: first that of `manifest.json`, which is of one platform, then those of the other platforms. An engine
 * with the containerd image store names them in `index.json` alone, and names there platforms that the archive does not hold.
 * @param texts the small files of the archive by their names
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export function savedImages(texts: ReadonlyMap<string, string>): SavedImage[] {
  const first = list.safeParse(jsonOf(texts, 'manifest.json')).data ?? [];
  const named = first.map(({ Config, Layers }) => ({ config: Config, layers: Layers ?? [] }));
  const images = [...named, ...imagesBelow(texts, 'index.json')];
  const seen = new Set<string>();
  return images.filter(({ config }) => texts.has(config) && !seen.has(config) && seen.add(config));
}

function imagesBelow(texts: ReadonlyMap<string, string>, start: string): SavedImage[] {
  const images: SavedImage[] = [];
  let left = MOST_MANIFESTS;
  const visit = (name: string, depth: number): void => {
    if (depth > DEEPEST || left-- <= 0) return;
    const json = jsonOf(texts, name);
    const image = manifest.safeParse(json).data;
    if (image) {
      images.push({ config: fileOf(image.config.digest), layers: image.layers.map((layer) => fileOf(layer.digest)) });
      return;
    }
    for (const child of index.safeParse(json).data?.manifests ?? []) {
      // What BuildKit says about an image has the form of an image.
      if (child.annotations?.['vnd.docker.reference.type'] === undefined) visit(fileOf(child.digest), depth + 1);
    }
  };
  visit(start, 0);
  return images;
}

function fileOf(digest: string): string {
  return digest.replace(DIGEST, 'blobs/sha256/$1');
}

function jsonOf(texts: ReadonlyMap<string, string>, name: string): unknown {
  try {
    return JSON.parse(texts.get(name) ?? 'null');
  } catch {
    return undefined;
  }
}

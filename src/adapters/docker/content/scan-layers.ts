import type { Readable } from 'node:stream';
import { messageOf } from '../../../errors.ts';
import type { LayerScan } from '../../../ports.ts';
import { savedImages } from '../archive/saved-images.ts';
import type { DockerCli } from '../cli.ts';
import { Budget } from './budget.ts';
import { readSaved, Saved } from './read-saved.ts';
import { saveImage } from './save-image.ts';
import { ScannedLayer, summarise } from './scanned-layer.ts';

/** Milliseconds for a whole image: preflight has 20 s. */
const MOST_MS = 15_000;
const MIB = 1024 ** 2;
/** Bytes. A larger image is not read: saving it takes longer than that. */
export const LARGEST_IMAGE = 3 * 1024 * MIB;
/** Files of all layers, and those whose texts are read. */
const LIMITS = { entries: 600_000, files: 100_000, kept: 128 * MIB };

/** Reads the layers of an image as the engine saves it, without writing a file. */
export async function scanLayers(
  docker: DockerCli,
  image: string,
  size: number,
  timeoutMs = MOST_MS,
): Promise<LayerScan> {
  if (size > LARGEST_IMAGE) return { secrets: [], lost: 0, largest: [], partial: 'the image is larger than 3 GiB' };
  return scanned((read) => saveImage(docker, image, read, { timeoutMs }));
}

/**
 * What an archive of `docker save` shows, also one that ends early: the layers that were read then count.
 * @param save gives it to the reader
 */
export async function scanned(
  save: (read: (source: Readable) => Promise<void>) => Promise<void>,
  limits: Partial<typeof LIMITS> = {},
): Promise<LayerScan> {
  const budget = new Budget({ ...LIMITS, ...limits });
  const saved = new Saved<ScannedLayer>();
  const problem = await save((source) => readSaved(source, saved, () => new ScannedLayer(budget), budget)).then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
  const platforms = savedImages(saved.texts).flatMap(({ layers: names }) => {
    const layers = names.flatMap((name) => saved.layers.get(name) ?? []);
    return layers.length === 0 ? [] : [{ layers, missing: names.length - layers.length }];
  });
  const gaps = [
    ...saved.unread.values(),
    ...[...saved.layers.values()].flatMap((one) => one.gaps),
    ...(platforms.some(({ missing }) => missing > 0) ? ['a layer is missing'] : []),
  ];
  const partial = problem ?? gaps[0];
  if (platforms.length > 0)
    return summarise(
      platforms.map(({ layers }) => layers),
      partial,
    );
  // Of an archive that ended early, it is not known which layer is the later one, and what fills the image.
  return {
    ...summarise(
      [...saved.layers.values()].map((one) => [one]),
      partial,
    ),
    lost: 0,
    largest: [],
  };
}

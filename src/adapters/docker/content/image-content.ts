import type { Readable } from 'node:stream';
import { EnvironmentError, messageOf, SlipwayError } from '../../../errors.ts';
import type { ImageContent, WantedFile } from '../../../ports.ts';
import { savedImages } from '../archive/saved-images.ts';
import type { DockerCli } from '../cli.ts';
import { Budget } from './budget.ts';
import { ContentLayer, visibleIn } from './content-layer.ts';
import { readSaved, Saved } from './read-saved.ts';
import { saveImage } from './save-image.ts';

/** Milliseconds for an image of any size. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * The files of an image of the engine, for each platform that the engine holds. Streams `docker save`: nothing is pulled, written
 * or run.
 * @throws EnvironmentError that says why the content cannot be read
 */
export async function imageContents(
  docker: DockerCli,
  image: string,
  wanted: WantedFile,
  signal?: AbortSignal,
): Promise<ImageContent[]> {
  const budget = new Budget();
  const saved = new Saved<ContentLayer>();
  const read = (source: Readable) => readSaved(source, saved, () => new ContentLayer(wanted, budget), budget);
  await saveImage(docker, image, read, { timeoutMs: TIMEOUT_MS, signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error instanceof SlipwayError ? error : unreadable(image, messageOf(error));
  });
  return contentsOf(saved, image);
}

interface Configuration {
  os?: string;
  architecture?: string;
  variant?: string;
  created?: string;
}

function contentsOf(saved: Saved<ContentLayer>, image: string): ImageContent[] {
  const contents = savedImages(saved.texts).flatMap(({ config: name, layers }) => {
    const text = saved.texts.get(name);
    const [hex = ''] = /[0-9a-f]{64}/.exec(name) ?? [];
    if (text === undefined || hex === '') return [];
    const unread = layers.flatMap((layer) =>
      saved.layers.has(layer) ? [] : (saved.unread.get(layer) ?? 'a layer is missing'),
    );
    const visible = visibleIn(layers.flatMap((layer) => saved.layers.get(layer) ?? []));
    const { os = 'linux', architecture = '', variant, created = '' } = JSON.parse(text) as Configuration;
    const platform = [os, architecture, variant].filter((part) => part !== undefined && part !== '').join('/');
    return [{ ...visible, config: `sha256:${hex}`, platform, created, gaps: [...visible.gaps, ...new Set(unread)] }];
  });
  if (contents.length === 0) throw unreadable(image, 'docker saved no image');
  return contents;
}

function unreadable(image: string, reason: string): EnvironmentError {
  return new EnvironmentError(`the content of ${image} cannot be read: ${reason}`, {
    remedy: 'Run `docker image save` by hand to see whether the engine has all of the image.',
  });
}

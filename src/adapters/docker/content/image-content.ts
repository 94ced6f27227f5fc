import { PassThrough } from 'node:stream';
import { EnvironmentError, messageOf } from '../../../errors.ts';
import type { ImageContent, WantedFile } from '../../../ports.ts';
import { savedImages } from '../archive/saved-images.ts';
import type { DockerCli } from '../cli.ts';
import { commandFailed } from '../translate-engine.ts';
import { visibleIn } from './layer.ts';
import { readSaved, type Saved } from './read-saved.ts';

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
  const stop = new AbortController();
  const source = new PassThrough();
  const options = {
    output: source,
    timeoutMs: TIMEOUT_MS,
    signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]),
  };
  const saving = docker.output(
    ['image', 'save', '--', image],
    (stderr) => commandFailed(`${image} cannot be saved`, stderr),
    options,
  );
  const reading = readSaved(source, wanted).catch((error: unknown) => {
    stop.abort();
    throw unreadable(image, messageOf(error));
  });
  // What cannot be read ends docker as well: the reason is the reader's.
  const [saved] = await Promise.all([
    reading,
    saving.catch((error: unknown) => reading.then(() => Promise.reject(error))),
  ]).catch((error: unknown) => {
    source.destroy();
    signal?.throwIfAborted();
    throw error;
  });
  return contentsOf(saved, image);
}

interface Configuration {
  os?: string;
  architecture?: string;
  variant?: string;
  created?: string;
}

function contentsOf(saved: Saved, image: string): ImageContent[] {
  const contents = savedImages(saved.texts).flatMap(({ config: file, layers: names }) => {
    const config = jsonOf<Configuration>(saved, file);
    const [hex = ''] = /[0-9a-f]{64}/.exec(file) ?? [];
    if (config === undefined || hex === '') return [];
    const layers = [...new Set(names)];
    const unread = layers.flatMap((name) =>
      saved.layers.has(name) ? [] : (saved.unread.get(name) ?? 'a layer is missing'),
    );
    const visible = visibleIn(layers.flatMap((name) => saved.layers.get(name) ?? []));
    const { os = 'linux', architecture = '', variant, created = '' } = config;
    const platform = [os, architecture, variant].filter((part) => part !== undefined && part !== '').join('/');
    return [{ ...visible, config: `sha256:${hex}`, platform, created, gaps: [...visible.gaps, ...new Set(unread)] }];
  });
  if (contents.length === 0) throw unreadable(image, 'docker saved no image');
  return contents;
}

function jsonOf<T>({ texts }: Saved, name: string): T | undefined {
  const text = texts.get(name);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

function unreadable(image: string, reason: string): EnvironmentError {
  return new EnvironmentError(`the content of ${image} cannot be read: ${reason}`, {
    remedy: 'Run `docker image save` by hand to see whether the engine has all of the image.',
  });
}

import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { EnvironmentError } from '../../errors.ts';
import type { BuildRequest, LocalImage } from '../../ports.ts';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
/** @see https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file */
const metadata = z.object({
  'containerimage.config.digest': digest.optional(),
  'containerimage.digest': digest.optional(),
});

/**
 * The ids by which the engine may have a built image, from what the builder wrote: the metadata of buildx, or the one id of the
 * BuildKit of Docker 20.10. An engine calls an image by the digest of its configuration, or of its manifest with the containerd
 * image store.
 */
export function idsIn(text: string): string[] {
  if (!text.startsWith('{')) return digest.safeParse(text.trim()).success ? [text.trim()] : [];
  try {
    const { 'containerimage.config.digest': config, 'containerimage.digest': manifest } = metadata.parse(
      JSON.parse(text),
    );
    return [config, manifest].filter((id) => id !== undefined);
  } catch {
    return [];
  }
}

/**
 * Finds the image of a build in the engine: by an id from the builder, else by its name. A builder in a container
 * loads the image into the engine, where the containerd image store gives it another id. The labels prove that the name is that of
 * this build.
 * @param file the builder has written it
 */
export async function findBuilt(
  request: Pick<BuildRequest, 'tags' | 'labels'>,
  file: string,
  inspect: (image: string) => Promise<LocalImage | undefined>,
): Promise<LocalImage> {
  const ids = idsIn(await readFile(file, 'utf8').catch(() => ''));
  for (const id of ids) {
    const image = await inspect(id);
    if (image) return image;
  }
  const isOfThisBuild = ({ labels }: LocalImage) =>
    Object.entries(request.labels).every(([name, value]) => labels[name] === value);
  for (const name of request.tags) {
    const image = await inspect(name);
    if (image && isOfThisBuild(image)) return image;
  }
  throw new EnvironmentError(
    `the image was built, but the Docker engine does not have ${[...ids, ...request.tags].join(' or ')} of this build`,
    { remedy: 'The builder and the engine must be the same or share their images: see `docker buildx inspect`.' },
  );
}

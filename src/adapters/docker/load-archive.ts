import { UserError } from '../../errors.ts';
import type { LocalImage } from '../../ports.ts';
import { checkArchive } from './archive.ts';
import type { DockerCli } from './cli.ts';
import { commandFailed } from './engine-errors.ts';
import { inspectImage } from './images.ts';

/**
 * Loads the image of an archive, by its id.
 * @throws UserError when it is not an archive with one image that has no name
 */
export async function loadArchive(docker: DockerCli, path: string): Promise<LocalImage> {
  await checkArchive(path);
  const said = await docker.output(['image', 'load', `--input=${path}`], (stderr) =>
    commandFailed(`${path} cannot be loaded`, stderr),
  );
  const ids = [...said.matchAll(/^Loaded image ID: (sha256:[0-9a-f]{64})\s*$/gm)].map(([, id]) => id);
  const [id, ...more] = ids;
  const image = id === undefined || more.length > 0 ? undefined : await inspectImage(docker, id);
  if (image && image.id === id) return image;
  throw new UserError(`${path} does not hold one image`, {
    details: said.split('\n').slice(0, 5),
    remedy: 'Make it with `docker save <image id>`, as workflows/pull-request.yml does.',
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { create } from 'tar';
import type { LoadedImage, LocalImage } from '../../../ports.ts';
import type { DockerCli } from '../cli.ts';
import { inspectImage } from '../images.ts';
import { commandFailed } from '../translate-engine.ts';
import { platformsIn } from './platforms.ts';
import { refused } from './refused.ts';
import { unpackArchive } from './unpack-archive.ts';

/**
 * Loads the one image of an archive, for one platform and without a name. The engine gets an archive that Slipway has written: see `unpackArchive`.
 * @throws UserError for a refused archive; the engine then has nothing of it
 */
export async function loadArchive(docker: DockerCli, path: string): Promise<LoadedImage> {
  const folder = await mkdtemp(join(docker.env.RUNNER_TEMP || tmpdir(), 'slipway-archive-'));
  try {
    const files = await unpackArchive(path, folder);
    const platforms = await platformsIn(path);
    const archive = Readable.from(create({ cwd: folder, portable: true }, files) as AsyncIterable<Buffer>);
    const output = await docker.output(
      ['image', 'load'],
      (stderr) => commandFailed(`${path} cannot be loaded`, stderr),
      { input: archive },
    );
    return { ...(await loadedImage(docker, path, output)), platforms };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadedImage(docker: DockerCli, path: string, output: string): Promise<LocalImage> {
  const ids = [...output.matchAll(/^Loaded image ID: (sha256:[0-9a-f]{64})\s*$/gm)].map(([, id = '']) => id);
  const [id, ...more] = ids;
  const image = id === undefined || more.length > 0 ? undefined : await inspectImage(docker, id);
  if (image && image.id === id) return image;
  if (ids.length > 0) await docker.attempt(['image', 'rm', '--', ...ids]);
  throw refused(path, `the engine found another image in it: ${output.split('\n')[0] ?? ''}`);
}

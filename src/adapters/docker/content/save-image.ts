import { PassThrough, type Readable } from 'node:stream';
import type { DockerCli } from '../cli.ts';
import { commandFailed } from '../translate-engine.ts';

/** Code of a program that took too long. */
const TIMEOUT = 124;

/**
 * Gives `docker save` of an image to a reader, as it comes. A reader that fails stops docker.
 * @throws what the reader throws while docker still writes; otherwise what is wrong with docker, and then with the archive
 */
export async function saveImage(
  docker: DockerCli,
  image: string,
  read: (source: Readable) => Promise<void>,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const stop = new AbortController();
  const source = new PassThrough();
  const reading = read(source).then(
    () => undefined,
    (error: unknown) => {
      // An archive that docker has ended may be cut off: docker knows why.
      if (!source.writableEnded) stop.abort(error);
      return error;
    },
  );
  const options = { output: source, timeoutMs, signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]) };
  try {
    const { code, stderr } = await docker.attempt(['image', 'save', '--', image], options);
    if (code === TIMEOUT) throw new Error('docker took too long to save it');
    if (code !== 0) throw commandFailed(`${image} cannot be saved`, stderr.trim() || `exit code ${code}`);
  } catch (error) {
    source.destroy();
    await reading;
    throw error;
  }
  const problem = await reading;
  if (problem !== undefined) throw problem;
}

import type { ImageDetails } from '../../ports.ts';
import type { DockerCli } from './cli.ts';
import { commandFailed } from './translate-engine.ts';

/** The used parts of the output of `docker image inspect`. @see https://docs.docker.com/reference/api/engine/ */
interface Inspected {
  Size?: number;
  Config?: {
    User?: string;
    Env?: string[] | null;
    Entrypoint?: string[] | null;
    Cmd?: string[] | null;
    StopSignal?: string;
    Volumes?: Record<string, unknown> | null;
  } | null;
}

interface HistoryLine {
  CreatedBy: string;
  Size: string;
}

/** Configuration and layers of an image of the engine. @throws EnvironmentError when the engine does not have it */
export async function imageDetails(docker: DockerCli, image: string): Promise<ImageDetails> {
  const failed = (stderr: string) => commandFailed(`image ${image} cannot be inspected`, stderr);
  const history = ['image', 'history', '--no-trunc', '--human=false', '--format={{json .}}', '--', image];
  const [inspected, lines] = await Promise.all([
    docker.output(['image', 'inspect', '--', image], failed),
    docker.output(history, failed),
  ]);
  const [{ Size, Config } = {} as Inspected] = JSON.parse(inspected) as Inspected[];
  return {
    user: Config?.User ?? '',
    env: Object.fromEntries((Config?.Env ?? []).map(splitVariable)),
    entrypoint: Config?.Entrypoint ?? [],
    command: Config?.Cmd ?? [],
    stopSignal: Config?.StopSignal || 'SIGTERM',
    volumes: Object.keys(Config?.Volumes ?? {}),
    size: Size ?? 0,
    layers: layersOf(lines),
  };
}

function splitVariable(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** docker lists the newest layer first. */
function layersOf(lines: string): ImageDetails['layers'] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as HistoryLine)
    .map(({ CreatedBy, Size }) => ({ bytes: Number(Size) || 0, madeBy: CreatedBy }))
    .reverse();
}

import type { LocalImage } from '../../ports.ts';
import type { DockerCli } from './cli.ts';
import { commandFailed } from './translate-engine.ts';

/** The used parts of the output of `docker image inspect`. @see https://docs.docker.com/reference/api/engine/ */
interface Inspected {
  Id: string;
  RepoTags?: string[] | null;
  Created?: string;
  Size?: number;
  Config?: {
    Labels?: Record<string, string> | null;
    ExposedPorts?: Record<string, unknown> | null;
    WorkingDir?: string;
    Healthcheck?: { Test?: string[] | null } | null;
  } | null;
}

/** The image of the engine; undefined when it has none of that name. */
export async function inspectImage(docker: DockerCli, image: string): Promise<LocalImage | undefined> {
  const result = await docker.attempt(['image', 'inspect', '--', image]);
  if (result.code === 0) return toImages(result.stdout)[0];
  if (/no such image/i.test(result.stderr)) return undefined;
  throw commandFailed(`image ${image} cannot be inspected`, result.stderr);
}

/** All images of the engine with these labels, also those without a name. */
export async function imagesWithLabels(docker: DockerCli, labels: Record<string, string>): Promise<LocalImage[]> {
  const failed = (stderr: string) => commandFailed('images cannot be listed', stderr);
  const lists = await Promise.all(listCommands(labels).map((args) => docker.output(args, failed)));
  const ids = [...new Set(lists.join('\n').split('\n'))].filter((id) => id !== '');
  if (ids.length === 0) return [];
  // docker reports an image that was removed meanwhile on stderr, and lists the others.
  return toImages((await docker.attempt(['image', 'inspect', '--', ...ids])).stdout);
}

/** Docker since version 29 lists an image without a name only where it is asked for; `--all` adds steps of the old builder. */
export function listCommands(labels: Record<string, string>): string[][] {
  const filters = Object.entries(labels).map(([name, value]) => `--filter=label=${name}=${value}`);
  const list = ['image', 'ls', '--quiet', '--no-trunc', ...filters];
  return [list, [...list, '--filter=dangling=true']];
}

function toImages(json: string): LocalImage[] {
  return (JSON.parse(json) as Inspected[]).map(({ Id, RepoTags, Created, Size, Config }) => ({
    id: Id,
    tags: RepoTags ?? [],
    labels: Config?.Labels ?? {},
    created: Created ?? '',
    size: Size ?? 0,
    exposedPorts: portsOf(Object.keys(Config?.ExposedPorts ?? {})),
    workingDir: Config?.WorkingDir || '/',
    healthcheck: hasHealthcheck(Config?.Healthcheck?.Test ?? []),
  }));
}

/** TCP ports of `8080/tcp`. */
function portsOf(exposed: string[]): number[] {
  return exposed.filter((port) => port.endsWith('/tcp')).map((port) => Number.parseInt(port, 10));
}

function hasHealthcheck(test: string[]): boolean {
  return test.length > 0 && test[0] !== 'NONE';
}

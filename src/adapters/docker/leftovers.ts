import type { LabelledObject } from '../../ports.ts';
import type { DockerCli } from './cli.ts';
import { commandFailed } from './translate-engine.ts';

/** Containers and networks that carry a label, with all their labels. */
export async function leftoversOf(
  docker: DockerCli,
  label: string,
): Promise<{ containers: LabelledObject[]; networks: LabelledObject[] }> {
  const [containers, networks] = await Promise.all([
    labelled(docker, ['container', 'ls', '--all', '--no-trunc'], ['container', 'inspect'], label),
    labelled(docker, ['network', 'ls', '--no-trunc'], ['network', 'inspect'], label),
  ]);
  return { containers, networks };
}

interface Inspected {
  Id: string;
  Labels?: Record<string, string> | null;
  Config?: { Labels?: Record<string, string> | null };
}

/** Labels are read by inspecting: a listing joins them by commas, which values may hold. */
async function labelled(
  docker: DockerCli,
  list: string[],
  inspect: string[],
  label: string,
): Promise<LabelledObject[]> {
  const args = [...list, '--quiet', `--filter=label=${label}`];
  const ids = (await docker.output(args, (stderr) => commandFailed('leftovers cannot be listed', stderr)))
    .split('\n')
    .filter((id) => id !== '');
  if (ids.length === 0) return [];
  const { stdout } = await docker.attempt([...inspect, '--', ...ids]);
  return (JSON.parse(stdout || '[]') as Inspected[]).map((one) => ({
    id: one.Id,
    labels: one.Labels ?? one.Config?.Labels ?? {},
  }));
}

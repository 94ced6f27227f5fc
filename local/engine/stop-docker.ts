import { existsSync } from 'node:fs';
import { isRunning, stop } from '../machine/daemon.ts';
import { removeLink } from '../machine/links.ts';
import { which } from '../machine/which.ts';
import { network } from '../network.ts';
import { dockerSocket } from '../paths.ts';
import { type Docker, docker, ownDocker } from './docker.ts';

/** Ends our own engine, its containers and its networks; its images stay. */
export async function stopDocker(): Promise<void> {
  const bin = which('docker');
  if (bin && isRunning('dockerd') && existsSync(dockerSocket)) await clear({ ...ownDocker, bin });
  await stop('dockerd', 10_000);
  await removeLink(network.dockerLink);
}

async function clear(engine: Docker): Promise<void> {
  const containers = await lines(engine, ['ps', '--all', '--quiet']);
  if (containers.length > 0) await docker(engine, ['rm', '--force', '--volumes', ...containers]);
  const networks = await lines(engine, ['network', 'ls', '--quiet', '--filter', 'type=custom']);
  if (networks.length > 0) await docker(engine, ['network', 'rm', ...networks]);
}

const lines = async (engine: Docker, args: string[]): Promise<string[]> =>
  (await docker(engine, args)).split('\n').filter(Boolean);

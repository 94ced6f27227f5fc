import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, start, untilReady } from '../machine/daemon.ts';
import { ensureBridge } from '../machine/links.ts';
import { run, succeeds } from '../machine/run.ts';
import { which } from '../machine/which.ts';
import { network } from '../network.ts';
import { cacheDir, containerdSocket, dockerSocket, runDir, stateDir } from '../paths.ts';
import type { Platform } from '../types.ts';

export type Docker = Platform['docker'];

/** In the place of the user's /etc/docker/daemon.json, which is for another engine. */
const noConfig = join(stateDir, 'dockerd.json');

export const ownDocker: Docker = {
  host: `unix://${dockerSocket}`,
  bin: 'docker',
  configDir: join(cacheDir, 'docker-config'),
};

/** The engine that the user has, where one answers. */
export async function usersDocker(): Promise<Docker | undefined> {
  const bin = which('docker');
  if (!bin) return undefined;
  const host = await endpoint(bin);
  if (!host || host === ownDocker.host || !(await answers(bin, host))) return undefined;
  return { host, bin, configDir: await configFor(bin) };
}

/** Where docker itself would connect to: by DOCKER_HOST or by the user's context. */
const endpoint = (bin: string): Promise<string | undefined> =>
  run(bin, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']).then(
    ({ stdout }) => process.env.DOCKER_HOST ?? stdout.trim(),
    () => process.env.DOCKER_HOST,
  );

/** The user's own configuration, with its sign-ins, unless it has no builder. */
async function configFor(bin: string): Promise<string> {
  return (await succeeds(bin, ['buildx', 'version'])) ? (process.env.DOCKER_CONFIG ?? '') : ownDocker.configDir;
}

const answers = (bin: string, host: string): Promise<boolean> =>
  succeeds(bin, ['--host', host, 'version', '--format', '{{.Server.Version}}'], { timeout: 5_000 });

/** An engine of our own: its images and networks are not the user's. */
export async function startDocker(): Promise<Docker> {
  const docker = { ...ownDocker, bin: which('docker') ?? 'docker' };
  if (isRunning('dockerd') && existsSync(dockerSocket)) return docker;
  await mkdir(docker.configDir, { recursive: true });
  await ensureBridge(network.dockerLink, network.dockerBridge);
  await writeFile(noConfig, '{}\n');
  await start({ name: 'dockerd', program: which('dockerd') ?? 'dockerd', args: dockerdArgs() });
  await untilReady('dockerd', () => answers(docker.bin, docker.host));
  return docker;
}

export function dockerdArgs(): string[] {
  return [
    `--host=unix://${dockerSocket}`,
    `--containerd=${containerdSocket}`,
    `--data-root=${join(cacheDir, 'docker')}`,
    `--exec-root=${join(runDir, 'docker')}`,
    `--pidfile=${join(runDir, 'docker.pid')}`,
    `--bridge=${network.dockerLink}`,
    `--default-address-pool=base=${network.dockerPool},size=24`,
    '--cgroup-parent=/slipway-docker',
    `--config-file=${noConfig}`,
    '--shutdown-timeout=2',
  ];
}

/** Runs the docker program against this engine and no other. */
export async function docker(engine: Docker, args: string[], options: Parameters<typeof run>[2] = {}): Promise<string> {
  const config = engine.configDir ? ['--config', engine.configDir] : [];
  const env = { DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain', ...options.env };
  const { stdout } = await run(engine.bin, [...config, '--host', engine.host, ...args], { ...options, env });
  return stdout.trim();
}

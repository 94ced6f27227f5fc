import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Platform, platformEnv } from '../../local/platform.ts';
import { command as line, word } from '../../src/plan/doctor/shell.ts';
import { scratchFolder } from '../../test/support/runner/scratch.ts';
import type { Command } from '../rollout/process.ts';
import type { Example } from './example.ts';

/**
 * What a person types to see whether the app starts: docker run of the services, the migration and the processes, curl of each
 * health path, docker stop. It starts everything at the same time where it can.
 */
export async function byHand({ plan }: Example, images: Example['images'], platform: Platform): Promise<Command> {
  const folder = scratchFolder();
  const network = `slipway-bench-preflight-${process.pid}`;
  const names: string[] = [];
  const run = async (name: string, mode: string, one: Started) => {
    const file = join(folder, `${name}.env`);
    await writeFile(
      file,
      Object.entries(one.env)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    const own = `${network}-${name}`;
    names.push(own);
    const entrypoint = one.entrypoint === undefined ? [] : ['--entrypoint', one.entrypoint];
    const alias = ['--network', network, '--network-alias', name];
    return line(
      'docker',
      'run',
      mode,
      '--name',
      own,
      ...alias,
      '--env-file',
      file,
      ...entrypoint,
      one.image,
      ...(one.command ?? []),
    );
  };
  const { services, migration, processes } = plan;
  const lines = [line('docker', 'network', 'create', '--internal', network)];
  for (const service of services) lines.push(await run(service.name, '--detach', service));
  for (const { name, health } of services) {
    if (health) lines.push(`until ${line('docker', 'exec', `${network}-${name}`, ...health)}; do sleep 0.1; done`);
  }
  const imageOf = (name: string) => images[name] ?? '';
  if (migration) lines.push(await run('migration', '--interactive', { ...migration, image: imageOf(migration.image) }));
  for (const one of processes) lines.push(await run(one.name, '--detach', { ...one, image: imageOf(one.image) }));
  for (const { name, port, health } of processes) {
    if (port === undefined) continue;
    const address = `$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${network}-${name})`;
    lines.push(`until curl -fsS -m 3 "http://${address}:${port}${health?.path ?? '/'}"; do sleep 0.1; done`);
  }
  const own = processes.map(({ name }) => `${network}-${name}`);
  lines.push(line('docker', 'stop', ...own), line('docker', 'logs', own[0] ?? ''));
  const script = join(folder, 'by-hand.sh');
  const cleanup = `trap ${word(`docker rm -fv ${names.join(' ')}; docker network rm ${network}`)} EXIT`;
  await writeFile(script, ['set -euo pipefail', cleanup, ...lines, ''].join('\n'));
  const { PATH = '', DOCKER_HOST = '' } = platformEnv(platform);
  return { file: 'bash', args: [script], cwd: folder, env: { PATH, DOCKER_HOST, HOME: folder } };
}

interface Started {
  image: string;
  env: Readonly<Record<string, string>>;
  entrypoint?: string | undefined;
  command?: readonly string[] | undefined;
}

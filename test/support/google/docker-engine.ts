import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchFolder } from '../runner/scratch.ts';
import { withHosts } from './own-hosts.ts';

export interface Engine {
  /** DOCKER_HOST. */
  host: string;
  stop(): Promise<void>;
}

/** Why no engine of our own can run here; undefined when it can. */
export function whyNoEngine(): string | undefined {
  const found = ['dockerd', 'docker'].every((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  return found ? undefined : 'dockerd and docker are not installed';
}

/**
 * A Docker engine of the test's own, to which Google's names are the doubles': it pushes to europe-west1-docker.pkg.dev as
 * any engine does. It has no bridge and no images, and leaves nothing behind.
 */
export async function startEngine(hosts: ReadonlyMap<string, string>, caFile: string): Promise<Engine> {
  const folder = scratchFolder();
  const path = (name: string) => join(folder, name);
  mkdirSync(path('exec'));
  writeFileSync(path('config.json'), '{}');
  const host = `unix://${path('docker.sock')}`;
  const places = [`--data-root=${path('data')}`, `--exec-root=${path('exec')}`, `--pidfile=${path('pid')}`];
  const cgroup = `slipway-test-${process.pid}`;
  const network = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'];
  const options = [
    `--host=${host}`,
    `--config-file=${path('config.json')}`,
    `--cgroup-parent=/${cgroup}`,
    ...places,
    ...network,
  ];
  const [program, ...args] = withHosts(hosts, ['dockerd', ...options]);
  const env = { PATH: process.env.PATH, HOME: folder, SSL_CERT_FILE: caFile };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      log += text;
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
    removeCgroups(cgroup);
  };
  const answers = () => spawnSync('docker', ['--host', host, 'version'], { stdio: 'ignore' }).status === 0;
  while (!answers()) {
    if (child.exitCode !== null) throw new Error(`dockerd ended:\n${log}`);
    await sleep(100);
  }
  return { host, stop };
}

/** The kernel keeps the groups of containers that have ended. Version 1 has a tree for each controller, version 2 has one. */
function removeCgroups(name: string): void {
  const root = '/sys/fs/cgroup';
  for (const tree of [root, ...readdirSync(root).map((controller) => join(root, controller))]) {
    const group = join(tree, name);
    if (!existsSync(group)) continue;
    const inner = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name: child } of inner) rmdirSync(join(group, child));
    rmdirSync(group);
  }
}

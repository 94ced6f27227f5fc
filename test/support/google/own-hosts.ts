import { type SpawnOptions, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../runner/scratch.ts';

/** A program and its arguments, for spawn. */
export type Command = [program: string, ...args: string[]];

/**
 * The command, in a mount namespace of its own in which these host names have these addresses: programs reach the doubles
 * by Google's own names, without any hook in them. The network is the machine's, so the local platform stays in reach.
 */
export function withHosts(hosts: ReadonlyMap<string, string>, command: Command): Command {
  const file = join(scratchFolder(), 'hosts');
  const lines = [...hosts].map(([name, address]) => `${address} ${name}`);
  writeFileSync(file, ['127.0.0.1 localhost', '::1 localhost', ...lines, ''].join('\n'));
  const script = 'mount --bind "$0" /etc/hosts && exec "$@"';
  return ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c', script, file, ...command];
}

/** Why `withHosts` and listeners on port 443 cannot work here; undefined when they can. */
export function whyNoOwnHosts(): string | undefined {
  if (process.platform !== 'linux') return 'mount namespaces are Linux only';
  if (process.getuid?.() !== 0) return 'mount namespaces and port 443 need root';
  const options: SpawnOptions = { stdio: 'ignore' };
  const works = spawnSync('unshare', ['--mount', '--', 'true'], options).status === 0;
  return works ? undefined : 'this machine permits no mount namespaces';
}

/** A loopback address of this process, so that test files can run side by side, each with its own port 443. */
export function ownAddress(part: number): string {
  return `127.${100 + part}.${(process.pid >> 8) & 255}.${process.pid & 255 || 1}`;
}

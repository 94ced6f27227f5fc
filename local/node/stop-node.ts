import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, stop } from '../machine/daemon.ts';
import { kill, processesWith } from '../machine/processes.ts';
import { run } from '../machine/run.ts';
import { containerdSocket, runDir, stateDir } from '../paths.ts';
import { killCgroups, removeCgroups } from './cgroups.ts';
import { cniNetwork } from './cni.ts';

/** Ends the pods and containerd; the images that it has stay. */
export async function stopNode(): Promise<void> {
  await killCgroups();
  if (isRunning('containerd')) await forgetContainers();
  const sockets = await shimSockets();
  await stop('containerd');
  for (const pid of processesWith(containerdSocket)) kill(pid);
  for (const socket of sockets) await rm(socket, { force: true });
  await removeCgroups();
  await removeTraces();
}

/** A later cluster must not find the containers of this one. */
async function forgetContainers(): Promise<void> {
  const ctr = (args: string[]) => run('ctr', ['--address', containerdSocket, '--namespace', 'k8s.io', ...args]);
  const { stdout } = await ctr(['containers', 'list', '--quiet']);
  const containers = stdout.split('\n').filter(Boolean);
  if (containers.length === 0) return;
  await ctr(['tasks', 'delete', '--force', ...containers]).catch(() => {});
  await ctr(['containers', 'delete', ...containers]).catch(() => {});
}

/** Each container's shim listens on a socket in a folder that all containerds share. */
async function shimSockets(): Promise<string[]> {
  const sockets: string[] = [];
  const tasks = join(runDir, 'containerd/io.containerd.runtime.v2.task');
  for (const entry of await readdir(tasks, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.name !== 'address') continue;
    const address = await readFile(join(entry.parentPath, entry.name), 'utf8').catch(() => '');
    if (address.startsWith('unix://')) sockets.push(address.slice('unix://'.length).trim());
  }
  return sockets;
}

/** What the kubelet, containerd and the network plugins write to folders that cannot be chosen. */
async function removeTraces(): Promise<void> {
  const results = '/var/lib/cni/results';
  const names = await readdir(results).catch(() => []);
  const mark = `${cniNetwork}-`;
  const sandboxes = names
    .filter((name) => name.startsWith(mark))
    .map((name) => name.slice(mark.length).split('-')[0] ?? '');
  for (const name of names) {
    if (sandboxes.some((id) => name.includes(id))) await rm(join(results, name), { force: true });
  }
  const links = '/var/log/containers';
  for (const name of await readdir(links).catch(() => [])) {
    const target = await readlink(join(links, name)).catch(() => '');
    if (target.startsWith(stateDir)) await rm(join(links, name), { force: true });
  }
}

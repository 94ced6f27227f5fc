import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill } from '../machine/processes.ts';

const top = '/sys/fs/cgroup';
const groups = ['slipway', 'slipway-docker'];

/** One folder per controller with cgroup v1; with v2 a single one. */
async function hierarchies(): Promise<string[]> {
  if (existsSync(join(top, 'cgroup.controllers'))) return [top];
  const entries = await readdir(top, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(top, entry.name));
}

/** The group below which the kubelet puts its pods. */
export async function makeCgroups(): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    const group = join(hierarchy, 'slipway');
    await mkdir(group, { recursive: true });
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const value = await readFile(join(hierarchy, file), 'utf8').catch(() => undefined);
      if (value && !existsSync(join(top, 'cgroup.controllers'))) await writeFile(join(group, file), value.trim());
    }
  }
  await delegate();
  await preferPods();
}

/**
 * Of a busy machine, the group with all pods gets eight times what any other process gets. A node of its own has nothing else
 * to do; at an equal share, all pods together would get as much as one process of the tests.
 */
async function preferPods(): Promise<void> {
  const weights = { 'cpu/slipway/cpu.shares': '8192', 'slipway/cpu.weight': '800' };
  for (const [file, weight] of Object.entries(weights))
    if (existsSync(join(top, file))) await writeFile(join(top, file), weight);
}

/** With cgroup v2 a controller must be handed down. */
async function delegate(): Promise<void> {
  const controllers = await readFile(join(top, 'cgroup.controllers'), 'utf8').catch(() => '');
  const wanted = ['cpuset', 'cpu', 'io', 'memory', 'pids', 'hugetlb'].filter((name) =>
    controllers.split(/\s/).includes(name),
  );
  for (const folder of controllers ? [top, join(top, 'slipway')] : []) {
    await writeFile(join(folder, 'cgroup.subtree_control'), wanted.map((name) => `+${name}`).join(' '));
  }
}

/** Ends every process in our groups. */
export async function killCgroups(): Promise<void> {
  for (const group of await ownGroups()) {
    const processes = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
    for (const pid of processes.split('\n').filter(Boolean)) kill(Number(pid));
  }
}

/** Removes our groups; the kernel lets a group go a moment after its last process. */
export async function removeCgroups(): Promise<void> {
  let left = await ownGroups();
  for (let attempt = 0; attempt < 100 && left.length > 0; attempt++) {
    await killCgroups();
    for (const group of left) await rmdir(group).catch(() => {});
    left = await ownGroups();
    if (left.length > 0) await sleep(30);
  }
}

/** Our groups in every hierarchy, the innermost first. */
async function ownGroups(): Promise<string[]> {
  const found: string[] = [];
  const visit = async (group: string): Promise<void> => {
    const entries = await readdir(group, { withFileTypes: true }).catch(() => undefined);
    if (!entries) return;
    for (const entry of entries) if (entry.isDirectory()) await visit(join(group, entry.name));
    found.push(group);
  };
  for (const hierarchy of await hierarchies()) for (const group of groups) await visit(join(hierarchy, group));
  return found;
}

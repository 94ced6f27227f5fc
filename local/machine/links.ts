import { run, succeeds } from './run.ts';

/** A bridge of our own with this address, whether or not it is there already. */
export async function ensureBridge(name: string, address: string): Promise<void> {
  if (!(await succeeds('ip', ['link', 'show', name]))) await run('ip', ['link', 'add', name, 'type', 'bridge']);
  await run('ip', ['addr', 'replace', address, 'dev', name]);
  await run('ip', ['link', 'set', name, 'up']);
}

export async function removeLink(name: string): Promise<void> {
  if (await succeeds('ip', ['link', 'show', name])) await run('ip', ['link', 'delete', name]);
}

/**
 * Deletes the links over which addresses of a range are reached. A pod's own link goes with the pod's network, which the
 * kernel may keep for a while after the pod's last process: its route would then be in the way of the next pod with that
 * address, and go when that one needs it.
 */
export async function removeLinksTo(range: string): Promise<void> {
  const { stdout } = await run('ip', ['-json', 'route', 'show', 'root', range]);
  const routes = JSON.parse(stdout || '[]') as { dev: string }[];
  for (const dev of new Set(routes.map((route) => route.dev))) await removeLink(dev);
}

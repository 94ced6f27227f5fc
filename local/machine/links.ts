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
 * Deletes the pods' own links. Each goes with its pod's network, which the kernel may keep for a while after the pod's last
 * process: its route would then be in the way of the next pod with that address, and go when that one needs it.
 * @param range of the pods' addresses
 */
export async function removePodLinks(range: string): Promise<void> {
  const routes = await run('ip', ['-json', 'route', 'show', 'root', range]);
  const pairs = await run('ip', ['-json', 'link', 'show', 'type', 'veth']);
  for (const name of podLinks(routes.stdout, pairs.stdout)) await removeLink(name);
}

/**
 * Of what `ip -json` tells, the virtual pairs that an address of the range is reached over: a route of somebody else may be
 * in our range, and its link, a card or a tunnel, is not ours to delete.
 */
export function podLinks(routes: string, pairs: string): string[] {
  const list = (text: string): Record<string, unknown>[] => JSON.parse(text.trim() || '[]');
  const names = new Set(list(pairs).map(({ ifname }) => ifname));
  const direct = list(routes).filter(({ dev, gateway }) => gateway === undefined && names.has(dev));
  return [...new Set(direct.map(({ dev }) => String(dev)))];
}

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

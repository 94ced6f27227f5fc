import { network } from '../network.ts';
import { run, succeeds } from './run.ts';
import { which } from './which.ts';

const comment = ['-m', 'comment', '--comment', 'slipway'];

/**
 * Pods may reach the outside, whatever policy a Docker engine gives to forwarded packets, and do so under the node's address:
 * nobody there knows the way back to theirs.
 */
export async function letPodsOut(): Promise<void> {
  const { pods } = network;
  await add(['FORWARD', '-s', pods, ...comment, '-j', 'ACCEPT']);
  await add(['FORWARD', '-d', pods, ...comment, '-j', 'ACCEPT']);
  await add(['POSTROUTING', '-s', pods, '!', '-d', pods, ...comment, '-j', 'MASQUERADE'], 'nat');
}

/** Puts a rule first in its chain, where it is not there already. */
async function add(rule: string[], table = 'filter'): Promise<void> {
  const iptables = ['-w', '-t', table];
  if (!(await succeeds('iptables', [...iptables, '-C', ...rule]))) await run('iptables', [...iptables, '-I', ...rule]);
}

/** What `iptables-save` prints, as the commands of `iptables-restore --noflush` that remove our part of it. */
export function removal(saved: string, ownDocker: boolean): string {
  const ours = (name: string) =>
    /^(KUBE|CNI)-/.test(name) || (ownDocker && /^DOCKER(-|$)/.test(name)) || name.startsWith('SLIPWAY');
  const lines: string[] = [];
  for (const table of saved.split(/^(?=\*)/m).filter((part) => part.startsWith('*'))) {
    const chains = [...table.matchAll(/^:(\S+)/gm)].map((match) => match[1] ?? '').filter(ours);
    const rules = table.split('\n').filter((line) => line.startsWith('-A ') && isOurs(line, ours));
    if (chains.length + rules.length === 0) continue;
    lines.push(table.slice(0, table.indexOf('\n')));
    lines.push(...chains.map((chain) => `:${chain} - [0:0]`));
    lines.push(...rules.map((rule) => rule.replace(/^-A /, '-D ')));
    lines.push(...chains.map((chain) => `-X ${chain}`), 'COMMIT');
  }
  return lines.length ? `${lines.join('\n')}\n` : '';
}

/** A rule that others' chains hold for us: it goes to one of our chains, or names our links or addresses. */
function isOurs(rule: string, ours: (chain: string) => boolean): boolean {
  const [, chain = ''] = rule.split(' ');
  if (ours(chain)) return false;
  const target = / -[jg] (\S+)/.exec(rule)?.[1] ?? '';
  return ours(target) || / slipway\d?( |$)/.test(rule) || / 10\.89\.\d+\.\d+/.test(rule);
}

/** Sets of addresses that an enforcement of network policies has left, which was killed. */
export function policySets(names: string): string[] {
  return names.split('\n').filter((name) => /^KUBE-(SRC|DST)-/.test(name));
}

export async function cleanFirewall(ownDocker: boolean): Promise<void> {
  for (const program of ['iptables', 'ip6tables']) {
    if (!which(`${program}-save`)) continue;
    const { stdout } = await run(`${program}-save`, []);
    const commands = removal(stdout, ownDocker);
    if (commands) await run(`${program}-restore`, ['--noflush', '--wait'], { input: commands });
  }
  if (!which('ipset')) return;
  const { stdout } = await run('ipset', ['list', '-name']);
  for (const set of policySets(stdout)) await run('ipset', ['destroy', set]);
}

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateDir } from '../paths.ts';
import { run } from './run.ts';

/** The kernel parameters that Docker, the kubelet, kube-proxy and the network plugins are known to change. */
const parameters = [
  'net/ipv4/ip_forward',
  'net/ipv6/conf/all/forwarding',
  'net/ipv6/conf/default/forwarding',
  'net/ipv4/conf/all/route_localnet',
  'net/bridge/bridge-nf-call-iptables',
  'net/bridge/bridge-nf-call-ip6tables',
  'net/netfilter/nf_conntrack_max',
  'net/netfilter/nf_conntrack_tcp_be_liberal',
  'net/netfilter/nf_conntrack_tcp_timeout_established',
  'net/netfilter/nf_conntrack_tcp_timeout_close_wait',
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
];

const fixed = [
  '/etc/docker/key.json',
  '/var/lib/kubelet',
  '/run/docker',
  '/run/containerd',
  '/var/lib/cni',
  '/var/log/containers',
];

interface Before {
  parameters: Record<string, string>;
  /** Which of the folders and files that cannot be put elsewhere were not there. */
  absent: string[];
  /** The policy of the packet filter's chains. */
  forward: string;
}

const file = join(stateDir, 'before.json');
const path = (parameter: string): string => `/proc/sys/${parameter}`;

/** Whether something was started here: there are notes of how the machine was before. */
export const hasNotes = (): boolean => existsSync(file);

/** Notes how the machine was, once: `down` puts it back. */
export async function noteMachine(): Promise<void> {
  if (existsSync(file)) return;
  const before: Before = {
    parameters: {},
    absent: fixed.filter((path) => !existsSync(path)),
    forward: await forwardPolicy(),
  };
  for (const parameter of parameters) {
    const value = await readFile(path(parameter), 'utf8').catch(() => undefined);
    if (value !== undefined) before.parameters[parameter] = value.trim();
  }
  await mkdir(stateDir, { recursive: true });
  await writeFile(file, JSON.stringify(before, null, 2));
}

async function forwardPolicy(): Promise<string> {
  const { stdout } = await run('iptables', ['-S', 'FORWARD']);
  return /^-P FORWARD (\w+)/m.exec(stdout)?.[1] ?? 'ACCEPT';
}

export async function restoreMachine(): Promise<void> {
  const before = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Before,
    () => undefined,
  );
  if (!before) return;
  for (const [parameter, value] of Object.entries(before.parameters)) {
    const now = await readFile(path(parameter), 'utf8').catch(() => undefined);
    if (now !== undefined && now.trim() !== value) await writeFile(path(parameter), value).catch(() => {});
  }
  for (const path of before.absent) await rm(path, { recursive: true, force: true });
  await run('iptables', ['-P', 'FORWARD', before.forward]);
}

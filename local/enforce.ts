import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { buildPolicies } from './build/programs.ts';
import { logOf } from './machine/daemon.ts';
import { installPackages } from './machine/packages.ts';
import { lastLines } from './machine/run.ts';
import { network, nodeName } from './network.ts';
import { logsDir, runDir } from './paths.ts';
import type { Platform } from './types.ts';

const NAME = 'network-policies';

/** Network policies that are enforced, until `stop`, or until this process ends. */
export interface Enforcement {
  /** Takes the rules away. */
  stop(): Promise<void>;
  /** Rejects when it ends by itself, with its last words. */
  ended: Promise<never>;
}

/**
 * Makes what enforces network policies: the platform has nothing that does, since a test that has to show what they are worth
 * must be able to fail. It is built once.
 */
export async function policyEngine(): Promise<string> {
  await installPackages([{ program: 'ipset', package: 'ipset' }]);
  return buildPolicies();
}

/**
 * Enforces the policies of these namespaces of the built platform, and of no others. Where another process does so, it waits
 * until that has ended.
 */
export async function enforcePolicies(
  engine: string,
  platform: Pick<Platform, 'kubeconfig'>,
  namespaces: readonly string[],
): Promise<Enforcement> {
  await mkdir(logsDir, { recursive: true });
  const path = logOf(NAME);
  const log = openSync(path, 'w');
  const lock = `${runDir}/${NAME}.lock`;
  const options = { kubeconfig: platform.kubeconfig, node: nodeName, services: network.services, namespaces, lock };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  // It ends with its standard input, and so with us.
  const child = spawn(engine, args, { stdio: ['pipe', log, log] });
  closeSync(log);
  const exited = new Promise<void>((resolve, reject) => child.once('exit', () => resolve()).once('error', reject));
  const ended = exited.then(async () => {
    throw new Error(`${NAME} has ended:\n${lastLines(await readFile(path, 'utf8'), 12)}`);
  });
  ended.catch(() => undefined);
  const stop = async () => {
    child.stdin?.end();
    await exited;
  };
  return { stop, ended };
}

import { runProgram } from '../../src/adapters/docker/process.ts';
import type { SweepOptions } from './options.ts';
import type { SweepSet } from './sweep-set.ts';

/** Namespaces that are there in every cluster; a sweep neither makes nor deletes one of them. */
const OF_CLUSTER = /^(default|kube-.*)$/;

/**
 * Works in a namespace that is made for the set, and deletes it afterwards.
 * @throws Error if the namespace exists: what is in it belongs to somebody
 */
export async function withNamespace<T>(
  { namespace, folder }: SweepSet,
  { kubeconfig, env }: SweepOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (OF_CLUSTER.test(namespace)) return work();
  const at = { cwd: folder, env: { ...env, KUBECONFIG: kubeconfig } };
  const made = await runProgram('kubectl', ['create', 'namespace', namespace], at);
  if (made.code !== 0) throw new Error(`the namespace ${namespace} cannot be made: ${made.stderr.trim()}`);
  try {
    return await work();
  } finally {
    await runProgram('kubectl', ['delete', 'namespace', namespace, '--wait=true', '--timeout=120s'], at);
  }
}

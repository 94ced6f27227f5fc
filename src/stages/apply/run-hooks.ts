import { messageOf } from '../../errors.ts';
import { type DeletePolicy, runsToEnd } from '../../objects/hooks.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { KubeObject } from '../../ports.ts';
import { inPool } from '../pool.ts';
import type { Steps } from '../steps.ts';
import type { CheckedHook } from './check.ts';
import { earlierJobVerdict } from './earlier-jobs.ts';
import type { NamespaceWatch } from './namespace-watch.ts';
import type { Progress } from './progress.ts';
import type { RollOutPorts, RollOutRequest } from './request.ts';
import { removeAndWait, runToEnd } from './run-to-end.ts';
import { takeOver } from './take-over.ts';
import { targetOf, type WaitOptions } from './wait.ts';

const POLL_MS = 500;

/** What hooks run with. */
export interface HookContext {
  request: RollOutRequest;
  ports: RollOutPorts;
  watch: NamespaceWatch;
  progress: Progress;
  steps: Steps;
  waiting: WaitOptions;
  /** Collects the failed hook, for deletion by its policy after its logs are read. */
  failedHooks: WrittenHook[];
}

/** A written hook, for deletion by its policy. */
export interface WrittenHook {
  hook: CheckedHook;
  live: KubeObject;
}

/**
 * Runs hooks one after the other: creates Jobs and Pods again and waits for them, and applies other kinds. It stops at the
 * first failure. Then it deletes the hooks that succeeded where their policy says so.
 */
export async function runHooks(hooks: readonly CheckedHook[], context: HookContext): Promise<void> {
  const written: WrittenHook[] = [];
  for (const hook of hooks) {
    context.request.signal.throwIfAborted();
    const { metadata } = hook.object;
    const work = () => (runsToEnd(hook.object) ? run(hook, context) : apply(hook, context));
    const one = { hook, live: await context.steps.run(`hook ${metadata.name}`, work) };
    if (context.progress.isOver) {
      context.failedHooks.push(one);
      break;
    }
    // The rollout waits for a workload among the hooks together with the other workloads.
    if (context.progress.endOf(refOf(one.live))) written.push(one);
  }
  await deleteHooks(written, 'hook-succeeded', context.ports);
}

/** Deletes the hooks whose policy names this event. A failed deletion is only a warning: the outcome is decided. */
export async function deleteHooks(
  written: readonly WrittenHook[],
  policy: DeletePolicy,
  { cluster, log }: RollOutPorts,
): Promise<void> {
  const due = written.filter(({ hook }) => hook.spec.deletePolicies.includes(policy));
  await inPool(due, async ({ live }) => {
    const { uid } = live.metadata;
    try {
      await cluster.delete(refOf(live), { propagation: 'Background', ...(uid ? { uid } : {}) });
    } catch (error) {
      log.warning(`hook ${shortName(refOf(live))} could not be deleted (${policy}): ${messageOf(error)}`);
    }
  });
}

async function apply({ object, checked }: CheckedHook, context: HookContext): Promise<KubeObject> {
  const { ports, request, progress } = context;
  if (checked.takesFrom) await takeOver(object, request.fieldManager, ports.cluster);
  const live = await ports.cluster.apply(object, { fieldManager: request.fieldManager });
  progress.written(live, ports.clock.now());
  return live;
}

async function run({ object }: CheckedHook, context: HookContext): Promise<KubeObject> {
  const { ports, request, progress, watch, waiting } = context;
  const { cluster, clock } = ports;
  // Reads the live object again, because a retry can happen minutes after the check.
  const before = await cluster.get(refOf(object));
  if (before) {
    await ended(before, context);
    await removeAndWait(before, ports, request.signal, waiting.deadline);
  }
  const live = await cluster.apply(object, { fieldManager: request.fieldManager });
  progress.written(live, clock.now());
  progress.ran(await runToEnd(targetOf(live, clock.now()), request, ports, watch, waiting));
  return live;
}

/** A hook that a killed run left behind is not interrupted: two migrations at once would work on one schema. */
async function ended(before: KubeObject, { ports, request, waiting }: HookContext): Promise<void> {
  if (before.kind !== 'Job' || before.metadata.deletionTimestamp) return;
  for (let reported = false; (await earlierJobVerdict(before, ports)).state === 'waiting'; reported = true) {
    if (ports.clock.now() >= waiting.deadline) break;
    if (!reported) request.onProgress(`${shortName(refOf(before))}: an earlier run of this hook is waited for`);
    await ports.clock.sleep(POLL_MS, request.signal);
    const now = await ports.cluster.get(refOf(before));
    if (now?.metadata.uid !== before.metadata.uid) return;
  }
}

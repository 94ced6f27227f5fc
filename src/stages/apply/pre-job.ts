import { EnvironmentError } from '../../errors.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { KubeObject } from '../../ports.ts';
import { podView } from '../../readiness/pod-view.ts';
import type { Verdict } from '../../readiness/verdict.ts';
import type { Checked } from './check.ts';
import { earlierJobsEnded, stateOf } from './earlier-jobs.ts';
import type { NamespaceWatch } from './namespace-watch.ts';
import type { Progress } from './progress.ts';
import type { RollOutPorts, RollOutRequest } from './request.ts';
import { type Settled, type Target, targetOf, type WaitOptions, waitFor } from './wait.ts';

const POLL_MS = 500;
/** The log of a container that has ended has an end too; how soon it is read is up to the node. */
const LOG_MS = 30_000;

/**
 * Runs a Job to its end, its log streamed. One that has completed is not run again; one that is running (of a run that was
 * killed) is waited for; one that had failed is replaced.
 * @param progress takes the Job as soon as it is written: a run that is cancelled then has written something
 */
export async function runJob(
  checked: Checked,
  request: RollOutRequest,
  ports: RollOutPorts,
  watch: NamespaceWatch,
  { deadline, forSecretsMs }: Pick<WaitOptions, 'deadline' | 'forSecretsMs'>,
  progress: Pick<Progress, 'written' | 'found'>,
): Promise<Settled> {
  const before = checked.live && (await stateOf(checked.live, ports));
  if (checked.live && before?.state === 'ready') {
    request.onProgress(`${shortName(refOf(checked.live))}: has completed before, not run again`);
    return { target: targetOf(checked.live, ports.clock.now()), verdict: before, outcome: 'ready', ms: 0 };
  }
  const target = await startJob(checked, before, request, ports, deadline, progress);
  const ended = new AbortController();
  const signal = AbortSignal.any([request.signal, ended.signal]);
  const streamed = streamLog(target, ports, watch, signal);
  try {
    const options = {
      clock: ports.clock,
      signal: request.signal,
      deadline,
      forSecretsMs,
      onProgress: request.onProgress,
    };
    const [settled] = await waitFor([target], watch, options);
    if (settled === undefined) throw new Error('waitFor answers for every target');
    // What the container wrote may still be on its way.
    if (hasRun(settled, watch))
      await Promise.race([streamed, ports.clock.sleep(LOG_MS, signal).catch(() => undefined)]);
    return settled;
  } finally {
    ended.abort();
    await streamed;
  }
}

/** There is a log to be read: it has come to its end, or its container has been started before it failed. */
function hasRun({ outcome, target }: Settled, watch: NamespaceWatch): boolean {
  if (outcome !== 'failed') return outcome === 'ready';
  const statuses = watch.ownedBy(target.uid, 'Pod').flatMap((pod) => podView(pod).status?.containerStatuses ?? []);
  return statuses.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined);
}

async function startJob(
  { object, live }: Checked,
  before: Verdict | undefined,
  request: RollOutRequest,
  ports: RollOutPorts,
  deadline: number,
  progress: Pick<Progress, 'written' | 'found'>,
): Promise<Target> {
  const { cluster, clock } = ports;
  if (live && before?.state !== 'failed') {
    request.onProgress(`${shortName(refOf(live))}: is running already`);
    progress.found(live, clock.now());
    return targetOf(live, clock.now());
  }
  await earlierJobsEnded(object, request, ports, deadline);
  if (live) await removeJob(live, ports, request.signal, deadline);
  const started = await cluster.apply(object, { fieldManager: request.fieldManager });
  progress.written(started, clock.now());
  return targetOf(started, clock.now());
}

/** Jobs cannot be started again: a failed one gives way to a new one of its name. */
async function removeJob(
  live: KubeObject,
  { cluster, clock }: RollOutPorts,
  signal: AbortSignal,
  deadline: number,
): Promise<void> {
  const { uid } = live.metadata;
  await cluster.delete(refOf(live), { propagation: 'Background', ...(uid ? { uid } : {}) });
  while ((await cluster.get(refOf(live)))?.metadata.uid === uid) {
    if (clock.now() >= deadline) {
      throw new EnvironmentError(`${shortName(refOf(live))}, which had failed, is being deleted and does not go`, {
        remedy: `See what holds it: kubectl -n ${live.metadata.namespace} get job ${live.metadata.name} -o jsonpath='{.metadata.finalizers}'`,
      });
    }
    await clock.sleep(POLL_MS, signal);
  }
}

async function streamLog(
  target: Target,
  ports: RollOutPorts,
  watch: NamespaceWatch,
  signal: AbortSignal,
): Promise<void> {
  const { cluster, log } = ports;
  try {
    for (;;) {
      const pod = watch.ownedBy(target.uid, 'Pod').map(podView).at(0);
      const container = pod?.spec.containers[0]?.name;
      if (pod && container) {
        for await (const line of cluster.followLogs(refOf(pod), container, signal)) log.output(`  ${line}`);
        return;
      }
      await watch.next(POLL_MS, signal);
    }
  } catch (error) {
    // The log is a courtesy: that it cannot be read decides nothing.
    if (!signal.aborted) log.debug(`log of ${target.ref.name}: ${String(error)}`);
  }
}

import { EnvironmentError } from '../../errors.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { KubeObject } from '../../ports.ts';
import { podView } from '../../readiness/pod-view.ts';
import type { NamespaceWatch } from './namespace-watch.ts';
import type { RollOutPorts, RollOutRequest } from './request.ts';
import { type Settled, type Target, type WaitOptions, waitFor } from './wait.ts';

const POLL_MS = 500;
/** The log of a container that has ended has an end too; how soon it is read is up to the node. */
const LOG_MS = 30_000;

/** Waits until a Job or a Pod that was started has ended, and streams its log. */
export async function runToEnd(
  target: Target,
  request: RollOutRequest,
  ports: RollOutPorts,
  watch: NamespaceWatch,
  { deadline, forSecretsMs }: Pick<WaitOptions, 'deadline' | 'forSecretsMs'>,
): Promise<Settled> {
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
      onWaiting: request.onWaiting,
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

/** Deletes this very object, and waits until its name is free. */
export async function removeAndWait(
  live: KubeObject,
  { cluster, clock }: RollOutPorts,
  signal: AbortSignal,
  deadline: number,
): Promise<void> {
  const { uid, name, namespace } = live.metadata;
  const kind = live.kind.toLowerCase();
  await cluster.delete(refOf(live), { propagation: 'Background', ...(uid ? { uid } : {}) });
  while ((await cluster.get(refOf(live)))?.metadata.uid === uid) {
    if (clock.now() >= deadline) {
      throw new EnvironmentError(`${shortName(refOf(live))} was deleted and does not disappear`, {
        remedy: `See what holds it: kubectl -n ${namespace} get ${kind} ${name} -o jsonpath='{.metadata.finalizers}'`,
      });
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** Whether there is a log to read: it completed, or its container started before the failure. */
function hasRun({ outcome, target }: Settled, watch: NamespaceWatch): boolean {
  if (outcome !== 'failed') return outcome === 'ready';
  const statuses = podsOf(target, watch).flatMap((pod) => podView(pod).status?.containerStatuses ?? []);
  return statuses.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined);
}

function podsOf({ ref, uid }: Target, watch: NamespaceWatch): KubeObject[] {
  if (ref.kind !== 'Pod') return [...watch.ownedBy(uid, 'Pod')];
  const pod = watch.get(uid);
  return pod ? [pod] : [];
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
      const pod = podsOf(target, watch).map(podView).at(0);
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

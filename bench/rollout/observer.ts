import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, KubeObject } from '../../src/ports.ts';
import { REPLICAS, RUN } from './app.ts';

interface PodStatus {
  conditions?: { type: string; status: string }[];
  containerStatuses?: { restartCount: number; state?: { waiting?: { reason?: string } } }[];
}

const SEEN_WITHIN_MS = 60_000;
const NO_IMAGE = ['ErrImagePull', 'ImagePullBackOff'];

/** What the kubelet has reported on the pods of a namespace, and when that was seen here (`performance.now()`). */
export class Observer {
  private readonly ready = new Map<string, Map<string, number>>();
  private readonly failed = new Map<string, number>();
  private readonly ended = new AbortController();
  private broken: unknown;

  constructor(cluster: Cluster, namespace: string) {
    void this.follow(cluster, namespace).catch((error) => {
      this.broken = error;
    });
  }

  /** When the last of the replicas of a rollout became ready. A tool may have ended before that. */
  readyAt(run: string): Promise<number> {
    return this.seen(`${REPLICAS} pods of run ${run} that are ready`, () => {
      const times = [...(this.ready.get(run)?.values() ?? [])].sort((a, b) => a - b);
      return times[REPLICAS - 1];
    });
  }

  /** When the first pod of a rollout was reported in a way that proves that it cannot work. */
  failedAt(run: string): Promise<number> {
    return this.seen(`a pod of run ${run} that fails`, () => this.failed.get(run));
  }

  private async seen(what: string, find: () => number | undefined): Promise<number> {
    for (const end = performance.now() + SEEN_WITHIN_MS; performance.now() < end; await sleep(20)) {
      if (this.broken) throw this.broken;
      const at = find();
      if (at !== undefined) return at;
    }
    throw new Error(`not seen: ${what}`);
  }

  close(): void {
    this.ended.abort();
  }

  private async follow(cluster: Cluster, namespace: string): Promise<void> {
    const pods = cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, { namespace }, this.ended.signal);
    for await (const { object } of pods) this.look(object, performance.now());
  }

  private look(pod: KubeObject, now: number): void {
    const run = pod.metadata.annotations?.[RUN];
    if (run === undefined) return;
    const status = (pod.status ?? {}) as PodStatus;
    if (status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')) {
      const known = this.ready.get(run) ?? new Map<string, number>();
      if (!known.has(pod.metadata.name)) known.set(pod.metadata.name, now);
      this.ready.set(run, known);
    }
    if (!this.failed.has(run) && isProof(status)) this.failed.set(run, now);
  }
}

/** The image cannot be had, or the container has ended for the second time. */
function isProof({ containerStatuses = [] }: PodStatus): boolean {
  return containerStatuses.some(({ state }) => {
    const reason = state?.waiting?.reason ?? '';
    return NO_IMAGE.includes(reason) || reason === 'CrashLoopBackOff';
  });
}

import { Cancelled, OutcomeUnknown, Unreachable } from '../../errors.ts';
import { refOf } from '../../objects/ref.ts';
import type { KubeObject, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { ALONE } from '../../readiness/verdict.ts';
import type { RollOutReport } from './request.ts';
import { type Settled, type Target, targetOf } from './wait.ts';

/** What one rollout has written, and the outcome of each object. Sends no requests. */
export class Progress {
  /** All that is to be written, Jobs first. */
  readonly refs: readonly ObjectRef[];
  /** What was thrown while objects were written or waited for. */
  interruption: unknown;
  /** The workloads were begun: new pods may have served. */
  wroteWorkloads = false;
  private readonly targets = new Map<string, Target>();
  private readonly ends = new Map<string, Settled>();
  private writes = 0;

  constructor(objects: readonly KubeObject[]) {
    this.refs = objects.map(refOf);
  }

  /** Takes the server's answer to a write. What is ready by this alone (a ConfigMap) need not be watched. */
  written(object: KubeObject, now: number): void {
    this.writes += 1;
    this.take(object, now, false);
  }

  /** Takes an object that is in the cluster as it should be. */
  found(object: KubeObject, now: number): void {
    this.take(object, now, true);
  }

  private take(object: KubeObject, now: number, old: boolean): void {
    const target = targetOf(object, now);
    this.targets.set(key(target.ref), target);
    const verdict = judge(object, ALONE);
    if (verdict.state === 'ready' && (old || !(verdict.afterMs || verdict.heldMs)))
      this.settled([{ target, verdict, outcome: 'ready', ms: 0 }]);
  }

  /** Takes what became of a Job. */
  ran(one: Settled): void {
    this.writes += 1;
    this.settled([one]);
  }

  settled(all: readonly Settled[]): void {
    for (const one of all) {
      this.targets.set(key(one.target.ref), one.target);
      this.ends.set(key(one.target.ref), one);
    }
  }

  /** Something was written, so the cluster is no longer as it was. */
  get wrote(): boolean {
    return this.writes > 0;
  }

  /** What was written and is not settled. */
  open(): Target[] {
    return [...this.targets.values()].filter((target) => !this.ends.has(key(target.ref)));
  }

  /** A wait has ended without everything being ready: nothing more is written. */
  get isOver(): boolean {
    return [...this.ends.values()].some((end) => end.outcome !== 'ready');
  }

  /** The worst of all objects. */
  get outcome(): RollOutReport['outcome'] {
    const ends = [...this.ends.values()];
    if (ends.some((end) => end.outcome === 'failed')) return 'failed';
    if (this.interruption instanceof Cancelled) return 'cancelled';
    if (this.interruption instanceof Unreachable || this.interruption instanceof OutcomeUnknown) return 'unknown';
    if (this.interruption !== undefined) return 'failed';
    return ends.some((end) => end.outcome === 'waiting') ? 'timed-out' : 'ready';
  }

  /** How the wait for an object ended; undefined if the wait was not completed. */
  endOf(ref: ObjectRef): Settled | undefined {
    return this.ends.get(key(ref));
  }

  /** undefined where the object was not written. */
  targetOf(ref: ObjectRef): Target | undefined {
    return this.targets.get(key(ref));
  }
}

function key(ref: ObjectRef): string {
  return `${ref.apiVersion}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

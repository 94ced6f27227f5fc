import { Cancelled, OutcomeUnknown, Unreachable } from '../../errors.ts';
import { refOf } from '../../objects/ref.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { diagnose, stillServing } from './diagnose.ts';
import type { NamespaceWatch } from './namespace-watch.ts';
import { errorOf } from './report-error.ts';
import type { ObjectOutcome, ObjectReport, RollOutReport } from './request.ts';
import { type Settled, type Target, targetOf } from './wait.ts';

const ALONE = { ownedBy: () => [], warnings: () => [] };

/** What was written and what became of it, from the first write to the report. */
export class Ledger {
  private readonly refs: ObjectRef[];
  private readonly targets = new Map<string, Target>();
  private readonly ends = new Map<string, Settled>();
  private interruption: unknown;
  private wrote = false;
  private workloads = false;

  /** @param objects all that are to be written, Jobs first */
  constructor(objects: readonly KubeObject[]) {
    this.refs = objects.map(refOf);
  }

  /** Takes the server's answer to a write. What is ready by this alone (a ConfigMap) need not be watched. */
  written(object: KubeObject, now: number): void {
    this.wrote = true;
    this.take(object, now, false);
  }

  /** Takes an object that is there as it should be. */
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

  workloadsBegun(): void {
    this.workloads = true;
  }

  /** A Job was run, whatever became of it. */
  ran(one: Settled): void {
    this.wrote = true;
    this.settled([one]);
  }

  settled(all: readonly Settled[]): void {
    for (const one of all) {
      this.targets.set(key(one.target.ref), one.target);
      this.ends.set(key(one.target.ref), one);
    }
  }

  interrupted(error: unknown): void {
    this.interruption = error;
  }

  /** What was written and is not settled. */
  open(): Target[] {
    return [...this.targets.values()].filter((target) => !this.ends.has(key(target.ref)));
  }

  /** A wait has ended without everything being ready: there is no point in going on. */
  get isOver(): boolean {
    return [...this.ends.values()].some((end) => end.outcome !== 'ready');
  }

  async report(
    watch: NamespaceWatch,
    cluster: Cluster,
    waitedMs: number,
  ): Promise<Omit<RollOutReport, 'steps' | 'ms'>> {
    const outcome = this.outcome();
    const objects = await Promise.all(this.refs.map((ref) => this.reportOn(ref, outcome, watch, cluster)));
    const error = outcome === 'ready' ? undefined : errorOf(objects, this.interruption, waitedMs);
    return {
      outcome,
      objects,
      ...(error ? { error } : {}),
      wrote: this.wrote,
      wroteWorkloads: this.workloads,
    };
  }

  private outcome(): RollOutReport['outcome'] {
    const ends = [...this.ends.values()];
    if (ends.some((end) => end.outcome === 'failed')) return 'failed';
    if (this.interruption instanceof Cancelled) return 'cancelled';
    if (this.interruption instanceof Unreachable || this.interruption instanceof OutcomeUnknown) return 'unknown';
    if (this.interruption !== undefined) return 'failed';
    return ends.some((end) => end.outcome === 'waiting') ? 'timed-out' : 'ready';
  }

  private async reportOn(
    ref: ObjectRef,
    overall: RollOutReport['outcome'],
    watch: NamespaceWatch,
    cluster: Cluster,
  ): Promise<ObjectReport> {
    const end = this.ends.get(key(ref));
    if (!end) return this.unsettledReport(ref, overall, watch);
    const outcome = end.outcome === 'waiting' ? unsettled(overall) : end.outcome;
    const tells = outcome === 'failed' || outcome === 'timed-out';
    return {
      ref,
      outcome,
      reason: end.verdict.reason,
      ...('warning' in end.verdict ? { warning: end.verdict.warning } : {}),
      remedy: 'remedy' in end.verdict ? end.verdict.remedy : undefined,
      diagnosis: tells ? await diagnose(end, watch, cluster) : [],
      ms: end.ms,
    };
  }

  /** Something that was not waited for to its end: as it was last seen. */
  private unsettledReport(ref: ObjectRef, overall: RollOutReport['outcome'], watch: NamespaceWatch): ObjectReport {
    const target = this.targets.get(key(ref));
    if (!target)
      return { ref, outcome: 'not-written', reason: 'it was not written', remedy: undefined, diagnosis: [], ms: 0 };
    const object = watch.get(target.uid);
    return {
      ref,
      outcome: unsettled(overall),
      reason: object ? judge(object, watch).reason : 'it was written',
      remedy: undefined,
      diagnosis: object ? stillServing(object, watch) : [],
      ms: 0,
    };
  }
}

function key(ref: ObjectRef): string {
  return `${ref.apiVersion}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

function unsettled(overall: RollOutReport['outcome']): ObjectOutcome {
  return overall === 'failed' || overall === 'ready' ? 'waiting' : overall;
}

import { Cancelled, OutcomeUnknown, RolloutFailed, SlipwayError, TimedOut, Unreachable } from '../../errors.ts';
import { refOf, shortName } from '../../plan/objects/ref.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { diagnose } from './diagnose.ts';
import type { ObjectOutcome, ObjectReport, RollOutReport } from './request.ts';
import { type Settled, type Target, targetOf } from './wait.ts';
import type { World } from './world.ts';

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
    this.found(object, now);
  }

  /** Takes an object that is there as it should be. */
  found(object: KubeObject, now: number): void {
    const target = targetOf(object, now);
    this.targets.set(key(target.ref), target);
    const verdict = judge(object, ALONE);
    if (verdict.state === 'ready') this.settled([{ target, verdict, outcome: 'ready', ms: 0 }]);
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

  async report(world: World, cluster: Cluster, waitedMs: number): Promise<Omit<RollOutReport, 'steps' | 'ms'>> {
    const outcome = this.outcome();
    const objects = await Promise.all(this.refs.map((ref) => this.reportOn(ref, outcome, world, cluster)));
    const error = this.error(outcome, objects, waitedMs);
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
    if (this.interruption instanceof Unreachable) return 'unknown';
    if (this.interruption !== undefined) return 'failed';
    return ends.some((end) => end.outcome === 'waiting') ? 'timed-out' : 'ready';
  }

  private async reportOn(
    ref: ObjectRef,
    overall: RollOutReport['outcome'],
    world: World,
    cluster: Cluster,
  ): Promise<ObjectReport> {
    const end = this.ends.get(key(ref));
    if (!end) {
      const written = this.targets.has(key(ref));
      const outcome = written ? unsettled(overall) : 'not-written';
      return {
        ref,
        outcome,
        reason: written ? 'it was written' : 'it was not written',
        remedy: undefined,
        diagnosis: [],
        ms: 0,
      };
    }
    const outcome = end.outcome === 'waiting' ? unsettled(overall) : end.outcome;
    const tells = outcome === 'failed' || outcome === 'timed-out';
    return {
      ref,
      outcome,
      reason: end.verdict.reason,
      ...('warning' in end.verdict ? { warning: end.verdict.warning } : {}),
      remedy: 'remedy' in end.verdict ? end.verdict.remedy : undefined,
      diagnosis: tells ? await diagnose(end, world, cluster) : [],
      ms: end.ms,
    };
  }

  private error(
    outcome: RollOutReport['outcome'],
    objects: readonly ObjectReport[],
    waitedMs: number,
  ): SlipwayError | undefined {
    if (outcome === 'ready') return undefined;
    const told = objects.filter((object) => object.outcome === 'failed' || object.outcome === 'timed-out');
    const [first, ...more] = told;
    if (!first) return interruptionError(this.interruption);
    const details = [
      ...(first.outcome === 'failed' ? [`seen ${seconds(first.ms)} after it was written`] : []),
      ...first.diagnosis,
      ...more.flatMap((object) => [`${shortName(object.ref)}: ${object.reason}`, ...object.diagnosis]),
    ];
    if (first.outcome === 'failed') {
      return new RolloutFailed(`${shortName(first.ref)}: ${first.reason}`, { details, ...remedyOf(first) });
    }
    return new TimedOut(`${shortName(first.ref)}: not ready after ${seconds(waitedMs)}: ${first.reason}`, {
      details,
      remedy: first.remedy ?? 'If it only needs longer, raise the input `timeout`.',
    });
  }
}

function key(ref: ObjectRef): string {
  return `${ref.apiVersion}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

function unsettled(overall: RollOutReport['outcome']): ObjectOutcome {
  return overall === 'failed' || overall === 'ready' ? 'waiting' : overall;
}

function remedyOf(object: ObjectReport): { remedy?: string } {
  return object.remedy ? { remedy: object.remedy } : {};
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** What an error means once something was written. */
function interruptionError(error: unknown): SlipwayError {
  if (error instanceof Unreachable) {
    return new OutcomeUnknown(`the rollout had begun when contact was lost: ${error.message}`, {
      details: ['Nothing was rolled back: what is in the cluster now is not known.'],
      remedy: 'When the cluster answers again, run this again: it takes up whatever it finds.',
      cause: error,
    });
  }
  if (error instanceof SlipwayError) return error;
  throw error;
}

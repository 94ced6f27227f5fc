import { refOf, shortName } from '../../objects/ref.ts';
import type { Clock, KubeObject, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { type Failed, failed, type Ready, type Verdict, type Waiting, waiting } from '../../readiness/verdict.ts';
import type { OnWaiting, WaitCause } from '../site.ts';
import type { NamespaceWatch } from './namespace-watch.ts';

/*
 * The timers of a wait, in milliseconds. readiness/ sets those of a verdict, which define how long it must hold to count:
 *
 *   graceMs       a failure must last this long: some pass while caches catch up
 *   before.ms     until this long after the write, another verdict counts: this one may describe an earlier version
 *   heldMs        "ready" must last this long
 *   afterMs       "ready" counts no earlier than this after the write
 *
 * Those of the whole wait:
 *
 *   deadline      the end of the wait, whatever the state; everything is read once more before it is believed
 *   forSecretsMs  the least graceMs of a missing Secret (mayCome) while an operator may create it
 *   TICK_MS       the longest pause between two looks
 *   TELL_AFTER_MS, ADVISE_AFTER_MS  how long a reason must hold before the log has it, and then its remedy
 *   CAUSE_AFTER_MS  how long a wait must last before its cause is passed on
 */

/** A written object that has to become ready. */
export interface Target {
  ref: ObjectRef;
  uid: string | undefined;
  /** The generation after Slipway's write: an older object does not describe it. */
  generation: number;
  /** The resource version after Slipway's write: identifies an older object when the generation is the same. */
  version: string | undefined;
  /** When it was written, in milliseconds since the epoch. */
  since: number;
}

export interface Settled {
  target: Target;
  verdict: Verdict;
  /** `waiting`: not settled when the wait ended. */
  outcome: 'ready' | 'failed' | 'waiting';
  ms: number;
}

export interface WaitOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  deadline: number;
  /** Milliseconds that an operator has to create the Secrets that this rollout needs; 0 when it needs none. */
  forSecretsMs: number;
  onProgress(message: string): void;
  onWaiting?: OnWaiting | undefined;
}

const TICK_MS = 1_000;
const TELL_AFTER_MS = 2_000;
const ADVISE_AFTER_MS = 15_000;
const CAUSE_AFTER_MS = 14_000;

/** The target for an object, from the answer to its write. */
export function targetOf(written: KubeObject, now: number): Target {
  const { uid, generation, resourceVersion: version } = written.metadata;
  return { ref: refOf(written), uid, generation: generation ?? 0, version, since: now };
}

/**
 * Waits until all targets are ready, one has failed, or the deadline has passed.
 * @throws the signal's reason when cancelled; an Unreachable when the cluster does not answer for too long
 */
export async function waitFor(
  targets: readonly Target[],
  watch: NamespaceWatch,
  options: WaitOptions,
): Promise<Settled[]> {
  const { clock, signal, deadline } = options;
  const watchers = targets.map((target) => new Watcher(target, options));
  for (;;) {
    const now = clock.now();
    const settled = watchers.map((watcher) => watcher.look(watch, now));
    options.onWaiting?.(causeOf(watchers, now));
    if (settled.every((one) => one.outcome === 'ready') || settled.some(failedForSure)) return settled;
    if (now >= deadline || settled.some((one) => one.outcome === 'failed')) {
      // Time alone proves nothing: a stream may be late, or cut off.
      await watch.read();
      const read = watchers.map((watcher) => watcher.look(watch, clock.now()));
      if (now >= deadline || read.some((one) => one.outcome === 'failed')) return read;
    }
    signal.throwIfAborted();
    await watch.next(Math.min(TICK_MS, deadline - now), signal);
  }
}

/** The cause that a person can do something about, otherwise the first one. */
function causeOf(watchers: readonly Watcher[], now: number): WaitCause | undefined {
  const causes = watchers.flatMap((watcher) => watcher.cause(now) ?? []);
  return causes.find(({ remedy }) => remedy !== undefined) ?? causes[0];
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions (versions of one object are ordered) */
function isBefore({ metadata }: KubeObject, { generation, version }: Target): boolean {
  return (metadata.generation ?? 0) < generation || Number(metadata.resourceVersion) < Number(version);
}

function failedForSure({ outcome, verdict }: Settled): boolean {
  return outcome === 'failed' && verdict.state === 'failed' && verdict.graceMs === 0 && !verdict.before;
}

/** One target over time: since when it fails or is ready, and what the log already has about it. */
class Watcher {
  private readonly target: Target;
  private readonly forSecretsMs: number;
  private readonly report: (message: string) => void;
  private failing: { verdict: Failed; since: number } | undefined;
  private done: Settled | undefined;
  private readySince: number | undefined;
  private seen = false;
  private reason: (WaitCause & { since: number; told: boolean; advised: boolean }) | undefined;

  constructor(target: Target, options: WaitOptions) {
    this.target = target;
    this.forSecretsMs = options.forSecretsMs;
    this.report = (text) => options.onProgress(`${shortName(target.ref)}: ${text}`);
  }

  /** The state at this moment. Each verdict counts once it has held for its time. */
  look(watch: NamespaceWatch, now: number): Settled {
    if (this.done) return this.done;
    const verdict = this.notBefore(this.judge(watch), now);
    const settled = { target: this.target, verdict, ms: now - this.target.since };
    this.readySince = verdict.state === 'ready' ? (this.readySince ?? now) : undefined;
    this.failing = verdict.state === 'failed' ? this.stillFailing(verdict, now) : undefined;
    if (verdict.state === 'ready' && this.isHeld(verdict, now)) {
      this.report(`${verdict.reason} (${(settled.ms / 1000).toFixed(1)} s)`);
      this.done = { ...settled, outcome: 'ready' };
      return this.done;
    }
    if (verdict.state === 'failed' && this.isLasting(verdict, now)) return { ...settled, outcome: 'failed' };
    if (verdict.state !== 'ready') this.progress(verdict, now);
    return { ...settled, outcome: 'waiting' };
  }

  /** Why it is not ready, if the wait has lasted for some time and the reason has as well. */
  cause(now: number): WaitCause | undefined {
    const { reason, target } = this;
    if (this.readySince !== undefined || !reason?.told || now - target.since < CAUSE_AFTER_MS) return undefined;
    return { what: `${shortName(target.ref)}: ${reason.what}`, remedy: reason.remedy };
  }

  private notBefore(verdict: Verdict, now: number): Verdict {
    const before = verdict.state === 'failed' ? verdict.before : undefined;
    return before && now - this.target.since < before.ms ? before.verdict : verdict;
  }

  /** Another pod that fails starts its own time: pods that replace each other may all need a while. */
  private stillFailing(verdict: Failed, now: number): { verdict: Failed; since: number } {
    const isSame = this.failing?.verdict.culprit?.pod.name === verdict.culprit?.pod.name;
    return this.failing && isSame ? this.failing : { verdict, since: now };
  }

  private judge(watch: NamespaceWatch): Verdict {
    const object = watch.get(this.target.uid);
    this.seen ||= object !== undefined;
    if (this.seen && !object)
      return failed('it was deleted during the wait', 'Find out who deleted it, then run it again.');
    if (!object || isBefore(object, this.target)) return waiting('it was just written');
    return judge(object, watch);
  }

  private isHeld({ afterMs = 0, heldMs = 0 }: Ready, now: number): boolean {
    return now - this.target.since >= afterMs && now - (this.readySince ?? now) >= heldMs;
  }

  private isLasting(verdict: Failed, now: number): boolean {
    const graceMs = verdict.mayCome ? Math.max(verdict.graceMs, this.forSecretsMs) : verdict.graceMs;
    return now - (this.failing?.since ?? now) >= graceMs;
  }

  private progress(verdict: Failed | Waiting, now: number): void {
    const { reason: what, remedy } = verdict;
    if (this.reason?.what !== what) this.reason = { what, remedy, since: now, told: false, advised: false };
    const held = now - this.reason.since;
    if (!this.reason.told && held >= TELL_AFTER_MS) {
      this.reason.told = true;
      this.report(what);
    }
    if (!this.reason.advised && held >= ADVISE_AFTER_MS && remedy) {
      this.reason.advised = true;
      this.report(remedy);
    }
  }
}

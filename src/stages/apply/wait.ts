import { refOf, shortName } from '../../objects/ref.ts';
import type { Clock, KubeObject, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { type Failed, failed, type Ready, type Verdict, type Waiting, waiting } from '../../readiness/verdict.ts';
import type { NamespaceWatch } from './namespace-watch.ts';

/** An object that was written and has to become ready. */
export interface Target {
  ref: ObjectRef;
  uid: string | undefined;
  /** The generation that our write made, or found: what is older says nothing about it. */
  generation: number;
  /** The version of the write, by which what was seen before it is known also where the generation is the same. */
  version: string | undefined;
  /** When it was written, in milliseconds since the epoch. */
  since: number;
}

export interface Settled {
  target: Target;
  verdict: Verdict;
  /** `waiting`: it was not settled when the wait ended. */
  outcome: 'ready' | 'failed' | 'waiting';
  ms: number;
}

export interface WaitOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  deadline: number;
  /** Milliseconds for operators to make the Secrets that this rollout asks them for; 0 where it asks none. */
  forSecretsMs: number;
  onProgress(message: string): void;
}

/** Asked at least this often, so that times of grace end and progress is told also when nothing changes. */
const TICK_MS = 1_000;
/** A reason that holds for less than this is not told; what could be done about it is told after a while longer. */
const TELL_AFTER_MS = 2_000;
const ADVISE_AFTER_MS = 15_000;

/** The target of an object as the server answered the write. */
export function targetOf(written: KubeObject, now: number): Target {
  const { uid, generation, resourceVersion: version } = written.metadata;
  return { ref: refOf(written), uid, generation: generation ?? 0, version, since: now };
}

/**
 * Waits until all are ready, one has failed, or the deadline has passed.
 * @throws the signal's reason when cancelled; an Unreachable when the cluster stayed away for too long
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
    if (settled.every((one) => one.outcome === 'ready') || settled.some(failedForSure)) return settled;
    if (now >= deadline || settled.some((one) => one.outcome === 'failed')) {
      // Time alone proves nothing while the streams may be behind, or cut off.
      await watch.read();
      const read = watchers.map((watcher) => watcher.look(watch, clock.now()));
      if (now >= deadline || read.some((one) => one.outcome === 'failed')) return read;
    }
    signal.throwIfAborted();
    await watch.next(Math.min(TICK_MS, deadline - now), signal);
  }
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions (versions of one object are ordered) */
function isBefore({ metadata }: KubeObject, { generation, version }: Target): boolean {
  return (metadata.generation ?? 0) < generation || Number(metadata.resourceVersion) < Number(version);
}

function failedForSure({ outcome, verdict }: Settled): boolean {
  return outcome === 'failed' && verdict.state === 'failed' && verdict.graceMs === 0 && !verdict.before;
}

/** One target over time: what is told about it, and for how long it has been failing. */
class Watcher {
  private readonly target: Target;
  private readonly forSecretsMs: number;
  private readonly tell: (message: string) => void;
  private failing: { verdict: Failed; since: number } | undefined;
  private done: Settled | undefined;
  private readySince: number | undefined;
  private seen = false;
  private reason: { text: string; since: number; told: boolean; advised: boolean } | undefined;

  constructor(target: Target, options: WaitOptions) {
    this.target = target;
    this.forSecretsMs = options.forSecretsMs;
    this.tell = (text) => options.onProgress(`${shortName(target.ref)}: ${text}`);
  }

  look(watch: NamespaceWatch, now: number): Settled {
    if (this.done) return this.done;
    const judged = this.judge(watch);
    const early = judged.state === 'failed' && judged.before && now - this.target.since < judged.before.ms;
    const verdict = early && judged.before ? judged.before.verdict : judged;
    const settled = { target: this.target, verdict, ms: now - this.target.since };
    this.readySince = verdict.state === 'ready' ? (this.readySince ?? now) : undefined;
    if (verdict.state === 'ready' && this.lasts(verdict, now)) {
      this.tell(`${verdict.reason} (${(settled.ms / 1000).toFixed(1)} s)`);
      this.done = { ...settled, outcome: 'ready' };
      return this.done;
    }
    if (verdict.state === 'failed' && this.isBelieved(verdict, now)) return { ...settled, outcome: 'failed' };
    if (verdict.state !== 'failed') this.failing = undefined;
    if (verdict.state !== 'ready') this.progress(verdict, now);
    return { ...settled, outcome: 'waiting' };
  }

  private judge(watch: NamespaceWatch): Verdict {
    const object = watch.get(this.target.uid);
    this.seen ||= object !== undefined;
    if (this.seen && !object) return failed('somebody deleted it while it was waited for', 'Run it again.');
    if (!object || isBefore(object, this.target)) return waiting('it was just written');
    return judge(object, watch);
  }

  private lasts({ afterMs = 0, heldMs = 0 }: Ready, now: number): boolean {
    return now - this.target.since >= afterMs && now - (this.readySince ?? now) >= heldMs;
  }

  private isBelieved(verdict: Failed, now: number): boolean {
    this.failing ??= { verdict, since: now };
    const graceMs = verdict.mayCome ? Math.max(verdict.graceMs, this.forSecretsMs) : verdict.graceMs;
    return now - this.failing.since >= graceMs;
  }

  private progress(verdict: Failed | Waiting, now: number): void {
    if (this.reason?.text !== verdict.reason) {
      this.reason = { text: verdict.reason, since: now, told: false, advised: false };
    }
    const held = now - this.reason.since;
    if (!this.reason.told && held >= TELL_AFTER_MS) {
      this.reason.told = true;
      this.tell(verdict.reason);
    }
    if (!this.reason.advised && held >= ADVISE_AFTER_MS && verdict.remedy) {
      this.reason.advised = true;
      this.tell(verdict.remedy);
    }
  }
}

import { messageOf, type SlipwayError } from '../../errors.ts';
import { diffLines } from '../../objects/diff.ts';
import { refOf } from '../../objects/ref.ts';
import { type Release, releaseId, sameHistory } from '../../objects/release.ts';
import type { Outcome } from '../../outcome.ts';
import { decideRollback } from '../../plan/rollback-decision.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { KubeObject, ObjectRef } from '../../ports.ts';
import { isHeldBack } from '../../readiness/held-back.ts';
import { carryOut } from '../apply/carry-out.ts';
import { type CheckedRequest, during } from '../apply/check.ts';
import type { RollOutReport } from '../apply/request.ts';
import { locatedPlan, reachedAt } from '../ingress/located-plan.ts';
import { withLease } from '../lease/take-lease.ts';
import type { Steps } from '../steps.ts';
import { goBack, putBack } from './go-back.ts';
import type { DeliveryPorts } from './ports.ts';
import { type Prepared, prepare } from './prepare.ts';
import { type Leftover, prune } from './prune.ts';
import { Records } from './records.ts';
import { withSentences } from './told.ts';

/** What a rollout to an environment came to. */
export interface Delivery {
  plan: RolloutPlan;
  outcome: Outcome;
  /** What it was about, by digest. */
  image: string;
  /** The release that is to be relied on now: the new one, the one before, or none. */
  current: Release | undefined;
  previousImage: string | undefined;
  changed: boolean;
  /** What each object was, or would be, changed in. */
  changes: Change[];
  /** What of earlier releases was, or would be, removed, or stays. */
  leftovers: Leftover[];
  /** Jobs that have to run, or would have to. */
  jobs: KubeObject[];
  /** Milliseconds for which is waited at most. */
  waitMs: number;
  /** All that are recorded, with the one of this run if there is one. */
  releases: Release[];
  report: RollOutReport | undefined;
  error?: SlipwayError;
}

export interface Change {
  ref: ObjectRef;
  /** Empty: nothing changes. */
  lines: string[];
}

/**
 * Prepares, writes, waits, and goes back where it has to: `rolling-update` and `promote` are this with another plan. Only
 * what passed the validation takes the lease; after another run has been at work everything is read and decided anew.
 */
export async function deliver(planned: RolloutPlan, ports: DeliveryPorts, steps: Steps): Promise<Delivery> {
  const plan = await locatedPlan(planned, ports, steps);
  const delivery = await delivered(plan, ports, steps);
  const arrived = delivery.outcome === 'succeeded' || delivery.outcome === 'unchanged';
  if (!arrived || plan.dryRun) return delivery;
  return { ...delivery, plan: { ...delivery.plan, url: await addressOf(plan, ports) } };
}

/** It only shows people where to go: what has been rolled out stays a success when it cannot be read. */
async function addressOf(plan: RolloutPlan, ports: DeliveryPorts): Promise<string | undefined> {
  try {
    return await reachedAt(plan, ports);
  } catch (error) {
    ports.log.info(`the address could not be read: ${messageOf(error)}`);
    return undefined;
  }
}

async function delivered(plan: RolloutPlan, ports: DeliveryPorts, steps: Steps): Promise<Delivery> {
  const first = await prepare(plan, ports, steps);
  if (writesNothing(first) || !first.checked) return carryThrough(first, ports, steps);
  const claim = { scope: plan, run: plan.run, actor: plan.actor, patienceMs: first.checked.request.deadlineMs };
  return withLease(claim, ports, steps, async ({ cluster, signal, waited }) => {
    const own = { ...ports, cluster, signal };
    const again = waited || !sameHistory(first.releases, await first.records.list(plan.app, plan.environment));
    return carryThrough(again ? await prepare(plan, own, steps) : under(first, own), own, steps);
  });
}

/** A dry run; or what is there is this very release already, which is looked at and no more. */
function writesNothing(prepared: Prepared): boolean {
  const { plan, good } = prepared;
  return plan.dryRun || (isUnchanged(prepared) && good?.commit === plan.commit);
}

/** What was prepared, to be written by these ports. */
function under(prepared: Prepared, ports: DeliveryPorts): Prepared {
  const { plan, checked } = prepared;
  const records = new Records(ports.cluster, plan.namespace);
  return { ...prepared, records, checked: checked && during(checked, ports.signal) };
}

async function carryThrough(prepared: Prepared, ports: DeliveryPorts, steps: Steps): Promise<Delivery> {
  const { plan, good, checked } = prepared;
  const base = baseOf(prepared);
  if (plan.dryRun || !checked) return { ...base, outcome: 'succeeded', current: good, changed: isChanged(prepared) };
  if (good && isUnchanged(prepared)) return confirm({ ...base, changed: false }, prepared, good, checked, ports);
  return write({ ...base, changed: true }, prepared, checked, ports, steps);
}

type Base = Omit<Delivery, 'outcome' | 'current'>;

function baseOf(prepared: Prepared): Omit<Base, 'changed'> {
  const { plan, image, good, checked, leftovers, releases } = prepared;
  return {
    ...{ plan, image, leftovers, releases },
    previousImage: good?.image,
    changes: changesOf(prepared),
    jobs: (checked?.jobs ?? []).filter(({ changes }) => changes).map(({ object }) => object),
    waitMs: checked?.request.deadlineMs ?? plan.timeoutMs ?? 0,
    report: undefined,
  };
}

function isChanged(prepared: Prepared): boolean {
  const { good, release, leftovers } = prepared;
  const removes = leftovers.some(({ state }) => state === 'remove');
  return removes || changesOf(prepared).some(({ lines }) => lines.length > 0) || good?.hash !== release.hash;
}

/** The same objects as the last good release, nothing failed since, the cluster as it was left. */
function isUnchanged(prepared: Prepared): boolean {
  const { releases, good, checked } = prepared;
  const changed = isChanged(prepared);
  const newest = Math.max(...releases.map(({ revision }) => revision));
  const jobsDone = checked?.jobs.every(({ live }) => live !== undefined) ?? false;
  // Whoever has raised a quota and runs this again wants it to be tried again.
  const heldBack = checked?.objects.some(({ live }) => live !== undefined && isHeldBack(live)) ?? false;
  return !changed && jobsDone && !heldBack && newest === good?.revision;
}

/** Nothing to write; but green means available, so that is looked at. */
async function confirm(
  base: Base,
  prepared: Prepared,
  good: Release,
  checked: CheckedRequest,
  ports: DeliveryPorts,
): Promise<Delivery> {
  const report = await carryOut({ ...checked, jobs: [], observe: true }, ports);
  if (report.error) return { ...base, report, outcome: outcomeOf(report), current: good, error: report.error };
  // Another commit with the same digest: from now on it is this one that nothing older may replace.
  const { commit, actor, run } = prepared.plan;
  const current = { ...good, commit, actor, run };
  if (commit !== good.commit) await prepared.records.update(current);
  const releases = base.releases.map((release) => (release.revision === current.revision ? current : release));
  return { ...base, report, releases, outcome: 'unchanged', current };
}

async function write(
  base: Base,
  prepared: Prepared,
  checked: CheckedRequest,
  ports: DeliveryPorts,
  steps: Steps,
): Promise<Delivery> {
  const { release, records, releases } = prepared;
  await records.begin(release);
  const report = await carryOut(checked, ports);
  steps.list.push(...report.steps);
  const finished = (outcome: Outcome): Release => {
    return { ...release, outcome, finishedAt: new Date(ports.clock.now()).toISOString() };
  };
  // A cancelled run has seconds: what it came to is written down while it goes back.
  const early = report.outcome === 'cancelled' ? keep(records, finished('cancelled'), releases, ports) : undefined;
  const end = await conclude(base, prepared, report, ports, steps);
  const current = finished(end.outcome);
  // A cluster that does not answer would only be waited for once more; one that another run writes is not ours to write.
  if (end.outcome !== 'unknown') await (early ?? keep(records, current, releases, ports));
  const told = { ...end, releases: [...releases, current] };
  return end.outcome === 'succeeded' ? { ...told, current } : told;
}

/** What happened has happened, also when it cannot be written down. */
async function keep(records: Records, finished: Release, releases: Release[], { log }: DeliveryPorts): Promise<void> {
  try {
    await records.update(finished);
    if (finished.outcome === 'succeeded') await records.prune([...releases, finished]);
  } catch (error) {
    log.warning(`${releaseId(finished)} could not be recorded as ${finished.outcome}: ${messageOf(error)}`);
  }
}

async function conclude(
  base: Base,
  prepared: Prepared,
  report: RollOutReport,
  ports: DeliveryPorts,
  steps: Steps,
): Promise<Delivery> {
  const { plan, release, good } = prepared;
  const { outcome, error, wrote, wroteWorkloads } = report;
  if (outcome === 'ready' || !error) {
    const leftovers = await steps.run('prune', () => prune(prepared.leftovers, ports));
    return { ...base, report, leftovers, outcome: 'succeeded', current: good };
  }
  const decision = decideRollback({ outcome, wrote, wroteWorkloads }, release, good, plan.onFailure);
  if ('stay' in decision) {
    return { ...base, report, outcome: outcomeOf(report), current: good, error: withSentences(error, [decision.stay]) };
  }
  if (outcome === 'cancelled') {
    const told = await steps.run('roll back', () => putBack(prepared, decision.to, ports));
    return { ...base, report, outcome, current: good, error: withSentences(error, [told]) };
  }
  const back = await steps.run('roll back', () => goBack(prepared, decision.to, ports));
  const told = withSentences(error, back.sentences);
  return { ...base, report, leftovers: back.leftovers, outcome: back.outcome, current: good, error: told };
}

function outcomeOf({ outcome }: RollOutReport): Outcome {
  if (outcome === 'cancelled' || outcome === 'unknown') return outcome;
  return outcome === 'ready' ? 'succeeded' : 'failed';
}

/** Without a namespace the server can validate nothing, and everything is new. */
function changesOf({ checked, release }: Prepared): Change[] {
  if (!checked) return release.objects.map((object) => ({ ref: refOf(object), lines: ['(new)'] }));
  return checked.objects.map(({ object, live, dryRun, changes }) => ({
    ref: refOf(object),
    lines: changes ? diffLines(live, dryRun ?? object) : [],
  }));
}

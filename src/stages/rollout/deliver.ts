import { messageOf } from '../../errors.ts';
import { askedCertificates } from '../../objects/ingress/asked-certificates.ts';
import { sameHistory } from '../../objects/release.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { untilAborted } from '../apply/check.ts';
import { certificateProblems } from '../certificates.ts';
import { locatedPlan, reachedAt } from '../ingress/located-plan.ts';
import { withLease } from '../lease/take-lease.ts';
import type { Steps } from '../steps.ts';
import { comingCommits } from './commits.ts';
import { confirmUnchanged } from './confirm-unchanged.ts';
import { type Delivery, intentOf, isUnchanged } from './delivery.ts';
import type { DeliveryPorts } from './ports.ts';
import { type Prepared, prepare } from './prepare.ts';
import { rollOutRelease } from './roll-out-release.ts';
import { servingRelease } from './serving.ts';

/**
 * Locates, prepares, takes the Lease, writes, waits, and rolls back where necessary. `rolling-update` and `promote` differ
 * only in the plan. A release takes the Lease only after it has passed the validation.
 */
export async function deliver(planned: RolloutPlan, ports: DeliveryPorts, steps: Steps): Promise<Delivery> {
  const plan = await locatedPlan(planned, ports, steps);
  const prepared = await prepare(plan, ports, steps);
  const delivery = writesNothing(prepared)
    ? await execute(prepared, ports, steps)
    : await executeUnderLease(prepared, ports, steps);
  return withCertificates(await withAddress(delivery, ports), ports);
}

/** A dry run, or a release that the environment runs already. */
function writesNothing(prepared: Prepared): boolean {
  const { plan, good, checked } = prepared;
  return !checked || plan.dryRun || (isUnchanged(prepared) && good?.commit === plan.commit);
}

/** After another run has written to the environment, everything is read and decided again. */
async function executeUnderLease(prepared: Prepared, ports: DeliveryPorts, steps: Steps): Promise<Delivery> {
  const { plan, checked, records, releases, look } = prepared;
  const patienceMs = checked?.request.deadlineMs ?? 0;
  const claim = { scope: plan, run: plan.run, actor: plan.actor, patienceMs, look };
  return withLease(claim, ports, steps, async ({ cluster, signal, waited, sinceLook }) => {
    const fenced = { ...ports, cluster, signal };
    // The history was read after the look, and only a run that holds the Lease writes it.
    const outdated = waited || !(sinceLook || sameHistory(releases, await records.list(plan)));
    return execute(outdated ? await prepare(plan, fenced, steps) : usePorts(prepared, fenced), fenced, steps);
  });
}

/** What was prepared, to be written through these ports. */
function usePorts(prepared: Prepared, { cluster, signal }: DeliveryPorts): Prepared {
  const { records, checked } = prepared;
  return { ...prepared, records: records.through(cluster), checked: checked && untilAborted(checked, signal) };
}

async function execute(prepared: Prepared, ports: DeliveryPorts, steps: Steps): Promise<Delivery> {
  const { plan, good, checked, releases } = prepared;
  if (plan.dryRun || !checked) {
    const [current, commits] = await Promise.all([
      checked && servingRelease(releases, ports, checked.request.mayTry),
      comingCommits(good, plan, ports),
    ]);
    return { ...intentOf(prepared), outcome: 'succeeded', current, commits };
  }
  if (good && isUnchanged(prepared)) return confirmUnchanged(prepared, good, checked, ports);
  return rollOutRelease(prepared, checked, ports, steps);
}

/** HTTPS needs the certificates of the Ingresses, which no readiness waits for: an issuer may take its time. */
async function withCertificates(delivery: Delivery, { cluster }: DeliveryPorts): Promise<Delivery> {
  const { plan, outcome, current } = delivery;
  if (plan.dryRun || (outcome !== 'succeeded' && outcome !== 'unchanged')) return delivery;
  const notIssued = await certificateProblems(askedCertificates(current?.objects ?? []), plan.namespace, cluster);
  return notIssued.length > 0 ? { ...delivery, notIssued } : delivery;
}

/** A load balancer has an address once the release is ready. An address that cannot be read fails nothing. */
async function withAddress(delivery: Delivery, ports: DeliveryPorts): Promise<Delivery> {
  const { plan, outcome } = delivery;
  if (plan.dryRun || (outcome !== 'succeeded' && outcome !== 'unchanged')) return delivery;
  try {
    return { ...delivery, plan: { ...plan, url: await reachedAt(plan, ports) } };
  } catch (error) {
    ports.log.info(`the address could not be read: ${messageOf(error)}`);
    return { ...delivery, plan: { ...plan, url: undefined } };
  }
}

import { randomBytes } from 'node:crypto';
import { LeaseHeld, UserError } from '../../errors.ts';
import {
  decideLease,
  holderName,
  isOurLease,
  type LeaseDecision,
  type LeaseHolder,
  type LeaseScope,
  leaseIdentity,
  leaseRef,
  look,
  takenLease,
} from '../../objects/lease.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Steps } from '../steps.ts';
import { fenced } from './fenced.ts';
import { HeldLease, type LeasePorts } from './held-lease.ts';

const WRITE = { fieldManager: FIELD_MANAGER };
const POLL_MS = 1_000;
const TELL_EVERY_MS = 30_000;
/** Milliseconds after which the wait is passed on. */
const CAUSE_AFTER_MS = 14_000;

export interface LeaseClaim {
  scope: LeaseScope;
  run: { id: string; attempt: number; url: string };
  actor: string;
  /** Maximum milliseconds to wait for another run. */
  patienceMs: number;
  /** The Lease as this run read it before. */
  look?: LeaseLook | undefined;
}

/** A Lease as it was read; `live` is undefined if it did not exist. */
export interface LeaseLook {
  live: KubeObject | undefined;
}

/** The input of the work under a Lease. */
export interface Turn {
  /** Writes only while this run holds the Lease. */
  cluster: Cluster;
  /** Aborts when the run is cancelled, and with a `LeaseLost` when another run takes the Lease. */
  signal: AbortSignal;
  /** Another run held it meanwhile: earlier reads may be outdated. */
  waited: boolean;
  /**
   * No other run has held the Lease since the claim read it: the Lease was taken at that version, and every run that takes, renews
   * or releases a Lease changes its version.
   */
  sinceLook: boolean;
}

/**
 * Does the work while no other run of this app and environment works. Never takes a Lease by force: the Lease of a killed
 * run is free after 15 s without a renewal.
 * @throws LeaseHeld if another run still holds it after the time to wait; UserError if a Lease of this name does not
 * belong to Slipway. Before anything is written
 */
export async function withLease<T>(
  claim: LeaseClaim,
  ports: LeasePorts,
  steps: Steps,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  return holding(await steps.run('lease', () => takeLease(claim, ports)), ports, work);
}

/** Does the work under a Lease, and releases it. */
export async function holding<T>(
  { lease, waited, sinceLook }: TakenLease,
  ports: LeasePorts,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  try {
    const signal = AbortSignal.any([ports.signal, lease.lost]);
    return await work({ cluster: fenced(ports.cluster, lease.fence), signal, waited, sinceLook });
  } finally {
    const released = lease.release();
    // A cancelled run has only seconds, which its stage counts.
    if (ports.afterwards && !ports.signal.aborted) ports.afterwards(released);
    else await released;
  }
}

export interface TakenLease {
  lease: HeldLease;
  /** Another run held it. */
  waited: boolean;
  /** Taken at the version of the look of the claim. */
  sinceLook: boolean;
}

/** Reads the Lease without taking it. */
export async function lookAtLease(scope: LeaseScope, cluster: Pick<Cluster, 'get'>): Promise<LeaseLook> {
  return { live: await cluster.get(leaseRef(scope)) };
}

/** Takes the lease, or waits for it. */
export async function takeLease(claim: LeaseClaim, ports: LeasePorts): Promise<TakenLease> {
  const { scope, run, actor, patienceMs } = claim;
  const { cluster, clock, log, signal, onWaiting } = ports;
  const self: LeaseHolder = { identity: leaseIdentity(run, randomBytes(4).toString('hex')), actor, run: run.url };
  const began = clock.monotonic();
  let toldAt: number | undefined;
  let seen = look(undefined, undefined);
  let waited = false;
  for (let known = claim.look; ; known = undefined) {
    const { live } = known ?? (await lookAtLease(scope, cluster));
    if (live && !isOurLease(live, scope)) throw foreign(scope);
    seen = look(seen, live);
    const decision = decideLease(live, seen, self.identity);
    const askedAt = clock.monotonic();
    // What was read earlier may have changed.
    if (decision.state === 'held' && known) continue;
    if (decision.state === 'held') {
      if (askedAt - began >= patienceMs) throw stillHeld(scope, decision, askedAt - began);
      if (toldAt === undefined || askedAt - toldAt >= TELL_EVERY_MS) {
        toldAt = askedAt;
        const since = waited ? ` (${humanDuration(askedAt - began)} until now)` : '';
        log.info(`${holderName(decision.by)} holds ${scope.namespace}/${scope.app}: waiting for it to end${since} …`);
      }
      if (askedAt - began >= CAUSE_AFTER_MS) onWaiting?.({ what: `${holderName(decision.by)} has not ended` });
    } else {
      const taken = await write(cluster, live, takenLease(live, scope, self, clock.now()));
      if (taken) onWaiting?.(undefined);
      if (taken) return { lease: new HeldLease(scope, ports, taken, askedAt), waited, sinceLook: known !== undefined };
      if (known) continue;
    }
    await clock.sleep(POLL_MS, signal);
    waited = true;
    seen = { ...seen, unchangedMs: seen.unchangedMs + POLL_MS };
  }
}

/** undefined if another run was faster. */
function write(cluster: Cluster, live: KubeObject | undefined, wanted: KubeObject): Promise<KubeObject | undefined> {
  return live ? cluster.replace(wanted, WRITE) : cluster.create(wanted, WRITE);
}

function foreign(scope: LeaseScope): UserError {
  const { name, namespace } = leaseRef(scope);
  return new UserError(
    `Lease ${namespace}/${name} does not belong to Slipway's app ${scope.app} in ${scope.environment}`,
    {
      details: ['nothing was written'],
      remedy: 'Slipway does not take over objects of others: find the owner of the Lease, and rename or delete it.',
    },
  );
}

function stillHeld(
  { app, environment, namespace }: LeaseScope,
  { by, since }: Extract<LeaseDecision, { state: 'held' }>,
  waitedMs: number,
): LeaseHeld {
  return new LeaseHeld(
    `${holderName(by)} still holds ${namespace}/${app} (${environment}) after ${humanDuration(waitedMs)} of waiting`,
    {
      details: [
        'nothing was written',
        `lease: ${leaseRef({ app, environment, namespace }).name}, held by ${by.identity}${since ? ` since ${since}` : ''}`,
      ],
      remedy:
        'See what that run waits for. Cancel it if it hangs (its Lease expires within 15 s), or give this one more time (input `timeout`); then run this again.',
    },
  );
}

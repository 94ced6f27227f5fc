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

export interface LeaseClaim {
  scope: LeaseScope;
  run: { id: string; attempt: number; url: string };
  actor: string;
  /** Milliseconds to wait for another run at most. */
  patienceMs: number;
}

/** What the work under a lease works with. */
export interface Turn {
  /** Writes while the lease is ours, and then no more. */
  cluster: Cluster;
  /** Aborts when the run is cancelled, and with a `LeaseLost` when another run has taken over. */
  signal: AbortSignal;
  /** Another run had it: what was read before may be no longer so. */
  waited: boolean;
}

/**
 * Does the work when no other run of this app and environment is at work, and lets none begin meanwhile. Nothing is forced:
 * the lease of a run that was killed is free once it has not been renewed for 15 s.
 * @throws LeaseHeld when another run still has it after the time to wait; UserError when a Lease of this name is
 * somebody else's. Nothing was written
 */
export async function withLease<T>(
  claim: LeaseClaim,
  ports: LeasePorts,
  steps: Steps,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  return holding(await steps.run('lease', () => takeLease(claim, ports)), ports, work);
}

/** Does the work under a lease that was taken, and gives it back. */
export async function holding<T>(
  { lease, waited }: TakenLease,
  ports: LeasePorts,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  try {
    const signal = AbortSignal.any([ports.signal, lease.lost]);
    return await work({ cluster: fenced(ports.cluster, lease.fence), signal, waited });
  } finally {
    await lease.release();
  }
}

export interface TakenLease {
  lease: HeldLease;
  /** Another run had it. */
  waited: boolean;
}

/** Takes the lease, or waits for it. */
export async function takeLease({ scope, run, actor, patienceMs }: LeaseClaim, ports: LeasePorts): Promise<TakenLease> {
  const { cluster, clock, log, signal } = ports;
  const self: LeaseHolder = { identity: leaseIdentity(run, randomBytes(4).toString('hex')), actor, run: run.url };
  const began = clock.monotonic();
  let toldAt: number | undefined;
  let seen = look(undefined, undefined);
  for (let waited = false; ; waited = true) {
    const live = await cluster.get(leaseRef(scope));
    if (live && !isOurLease(live, scope)) throw foreign(scope);
    seen = look(seen, live);
    const decision = decideLease(live, seen, self.identity);
    const askedAt = clock.monotonic();
    if (decision.state === 'held') {
      if (askedAt - began >= patienceMs) throw stillHeld(scope, decision, askedAt - began);
      if (toldAt === undefined || askedAt - toldAt >= TELL_EVERY_MS) {
        toldAt = askedAt;
        const since = waited ? ` (${humanDuration(askedAt - began)} until now)` : '';
        log.info(`${holderName(decision.by)} holds ${scope.namespace}/${scope.app}: waiting for it to end${since} …`);
      }
    } else {
      const taken = await write(cluster, live, takenLease(live, scope, self, clock.now()));
      if (taken) return { lease: new HeldLease(scope, ports, taken, askedAt), waited };
    }
    await clock.sleep(POLL_MS, signal);
    seen = { ...seen, unchangedMs: seen.unchangedMs + POLL_MS };
  }
}

/** undefined where another run was quicker. */
function write(cluster: Cluster, live: KubeObject | undefined, wanted: KubeObject): Promise<KubeObject | undefined> {
  return live ? cluster.replace(wanted, WRITE) : cluster.create(wanted, WRITE);
}

function foreign(scope: LeaseScope): UserError {
  const { name, namespace } = leaseRef(scope);
  return new UserError(`Lease ${namespace}/${name} is not Slipway's for ${scope.app} in ${scope.environment}`, {
    details: ['nothing was written'],
    remedy: 'Slipway does not take over what is not its own: find out whose it is, and rename or delete it.',
  });
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
        'See what that run waits for. Cancel it if it hangs (its lease ends by itself within 15 s), or give this one longer (input `timeout`); then run this again.',
    },
  );
}

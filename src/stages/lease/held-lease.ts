import { LeaseLost, messageOf } from '../../errors.ts';
import {
  freedLease,
  holderName,
  holderOf,
  LEASE_MS,
  type LeaseScope,
  leaseRef,
  RENEW_EVERY_MS,
  RENEW_WITHIN_MS,
  renewedLease,
} from '../../objects/lease.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import type { Clock, Cluster, KubeObject, Log } from '../../ports.ts';

const WRITE = { fieldManager: FIELD_MANAGER };
/** Milliseconds for giving it back. A cancelled run has few, and what is not given back ends by itself. */
const RELEASE_WITHIN_MS = 1_500;

export interface LeasePorts {
  cluster: Cluster;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** A lease that is ours: it is renewed in the background until it is released, or lost to another run. */
export class HeldLease {
  private readonly scope: LeaseScope;
  private readonly ports: LeasePorts;
  private readonly identity: string;
  private readonly loss = new AbortController();
  /** On the machine's own timer: it goes on whatever the stage waits for. */
  private readonly timer: NodeJS.Timeout;
  private live: KubeObject;
  /** On the monotonic clock: a clock that is set back would let us write past our lease. */
  private renewedAt: number;
  private renewing: Promise<void> | undefined;

  /**
   * @param live as the server answered
   * @param askedAt when it was asked for, on the monotonic clock: others count from a later moment
   */
  constructor(scope: LeaseScope, ports: LeasePorts, live: KubeObject, askedAt: number) {
    this.scope = scope;
    this.ports = ports;
    this.live = live;
    this.identity = holderOf(live).identity;
    this.renewedAt = askedAt;
    const later = (error: unknown) => ports.log.debug(`lease: ${messageOf(error)}`);
    this.timer = setInterval(() => void this.renew().catch(later), RENEW_EVERY_MS);
    this.timer.unref();
  }

  /** Aborts with a `LeaseLost` when it is seen to be somebody else's. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  /**
   * Resolves while the lease is ours, to the milliseconds until others may take it; one that could not be renewed in time
   * is renewed first.
   * @throws LeaseLost when another run has it; Unreachable when the API server stays away
   */
  readonly fence = async (): Promise<number> => {
    this.lost.throwIfAborted();
    while (this.isStale()) await this.renew();
    return this.renewedAt + LEASE_MS - this.ports.clock.monotonic();
  };

  /** Gives it back, if it is still ours. Never rejects, and does not take long. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    // Without a renewal for so long it ends by itself, and waiting for a server that is away would end nothing sooner.
    if (this.lost.aborted || this.isStale()) return;
    const work = (this.renewing ?? Promise.resolve()).then(() => this.write(freedLease));
    const told = work.catch((error: unknown) => this.ports.log.debug(`lease not released: ${messageOf(error)}`));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, RELEASE_WITHIN_MS)));
    await Promise.race([told, late]);
    clearTimeout(timer);
  }

  private isStale(): boolean {
    return this.ports.clock.monotonic() - this.renewedAt >= RENEW_WITHIN_MS;
  }

  private renew(): Promise<void> {
    this.renewing ??= this.write(renewedLease).finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  /** Replaces what we have at its resourceVersion. After a conflict that is not about the holder: what is there now. */
  private async write(change: (live: KubeObject, now: number) => KubeObject): Promise<void> {
    const { cluster, clock } = this.ports;
    for (;;) {
      this.lost.throwIfAborted();
      const askedAt = clock.monotonic();
      const answer = await cluster.replace(change(this.live, clock.now()), WRITE);
      if (answer) {
        this.live = answer;
        this.renewedAt = askedAt;
        return;
      }
      const live = await cluster.get(leaseRef(this.scope));
      // A write whose answer was lost is sent again, and then conflicts with itself.
      if (!live || holderOf(live).identity !== this.identity) throw this.lose(live);
      this.live = live;
    }
  }

  private lose(live: KubeObject | undefined): LeaseLost {
    const { app, namespace } = this.scope;
    const holder = holderOf(live);
    const now = holder.identity ? `${holderName(holder)} has it now` : 'somebody has taken its Lease away';
    const error = new LeaseLost(`${namespace}/${app} is no longer this run's to write: ${now}`, {
      details: [
        'This run could not renew its lease in time and has stopped writing; what it had written until then may be there.',
      ],
      remedy: holder.identity
        ? 'See how that run ends: what it leaves is what counts.'
        : 'Nobody but Slipway should write or delete it. Run this again: it takes up whatever it finds.',
    });
    clearInterval(this.timer);
    this.loss.abort(error);
    return error;
  }
}

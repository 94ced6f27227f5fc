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
import type { OnWaiting } from '../site.ts';

const WRITE = { fieldManager: FIELD_MANAGER };
/** Milliseconds for the release of the Lease. A cancelled run has few, and the Lease expires anyway. */
const RELEASE_WITHIN_MS = 1_500;

export interface LeasePorts {
  cluster: Cluster;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  onWaiting?: OnWaiting | undefined;
  /** Takes work that may end after the result of the stage is known, but before the process ends; absent: it is awaited. */
  afterwards?: (work: Promise<void>) => void;
}

/** A Lease that this run holds. Renews it in the background until this run releases it or another run takes it. */
export class HeldLease {
  private readonly scope: LeaseScope;
  private readonly ports: LeasePorts;
  private readonly identity: string;
  private readonly loss = new AbortController();
  /** A timer of the machine, which runs independently of the stage. */
  private readonly timer: NodeJS.Timeout;
  private live: KubeObject;
  /** On the monotonic clock: with a clock that is set back, this run would write after its Lease expired. */
  private renewedAt: number;
  private renewing: Promise<void> | undefined;

  /**
   * @param live the Lease in the answer of the server
   * @param askedAt when this run sent the request, on the monotonic clock: other runs count from a later moment
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

  /** Aborts with a `LeaseLost` when another run holds the Lease. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  /**
   * Resolves while this run holds the Lease, to the milliseconds until others may take it. Renews it first if the last
   * renewal is too old.
   * @throws LeaseLost when another run holds it; Unreachable when the API server does not answer
   */
  readonly fence = async (): Promise<number> => {
    this.lost.throwIfAborted();
    while (this.isStale()) await this.renew();
    return this.renewedAt + LEASE_MS - this.ports.clock.monotonic();
  };

  /** Releases the Lease, if this run still holds it. Never rejects, and does not take long. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    // After so long without a renewal the Lease expires, and waiting for a server that does not answer would not help.
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

  /** Replaces the Lease at its resourceVersion. Returns the live one after a conflict that does not change the holder. */
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
      // The retry of a write with a lost answer conflicts with that write.
      if (!live || holderOf(live).identity !== this.identity) throw this.lose(live);
      this.live = live;
    }
  }

  private lose(live: KubeObject | undefined): LeaseLost {
    const { app, namespace } = this.scope;
    const holder = holderOf(live);
    const now = holder.identity
      ? `${holderName(holder)} holds its Lease now`
      : 'somebody has removed its holder or the Lease';
    const error = new LeaseLost(`${namespace}/${app} may no longer be written by this run: ${now}`, {
      details: [
        'This run could not renew its Lease in time and has stopped writing; its earlier writes may be in the cluster.',
      ],
      remedy: holder.identity
        ? 'See how that run ends: the state that it leaves is the current one.'
        : 'Only Slipway should write or delete the Lease. Run this again: it continues from the state of the cluster.',
    });
    clearInterval(this.timer);
    this.loss.abort(error);
    return error;
  }
}

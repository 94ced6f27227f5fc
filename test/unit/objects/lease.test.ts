import { describe, expect, it } from 'vitest';
import {
  decideLease,
  freedLease,
  holderName,
  LEASE_MS,
  type LeaseHolder,
  leaseRef,
  look,
  renewedLease,
  type Seen,
  takenLease,
} from '../../../src/objects/lease.ts';

const scope = { app: 'parking', environment: 'staging', namespace: 'parking-staging' };
const other: LeaseHolder = { identity: '122/1/aa', actor: 'dev', run: 'https://github.test/runs/122' };
const NOW = Date.parse('2026-01-01T00:00:00Z');
const held = takenLease(undefined, scope, other, NOW);
const seenFor = (unchangedMs: number): Seen => ({ ...look(undefined, held), unchangedMs });

describe('a lease', () => {
  it('is an object of the environment, with whose it is', () => {
    expect(leaseRef(scope)).toMatchObject({ name: 'slipway-parking.staging', namespace: 'parking-staging' });
    expect(held).toMatchObject({
      kind: 'Lease',
      metadata: {
        labels: { 'slipway.dev/app': 'parking', 'slipway.dev/environment': 'staging' },
        annotations: { 'slipway.dev/run': other.run, 'slipway.dev/actor': 'dev' },
      },
      spec: {
        holderIdentity: '122/1/aa',
        leaseDurationSeconds: LEASE_MS / 1000,
        renewTime: '2026-01-01T00:00:00.000000Z',
        leaseTransitions: 0,
      },
    });
    expect(leaseRef({ ...scope, app: 'a-b', environment: 'c' }).name).not.toBe(
      leaseRef({ ...scope, app: 'a', environment: 'b-c' }).name,
    );
  });

  it('is free when there is none, or nobody holds it', () => {
    expect(decideLease(undefined, look(undefined, undefined), 'me')).toEqual({ state: 'free' });
    const freed = freedLease(held, NOW);
    expect(decideLease(freed, look(undefined, freed), 'me')).toEqual({ state: 'free' });
  });

  it('is ours by its identity alone', () => {
    expect(decideLease(held, seenFor(LEASE_MS * 2), '122/1/aa')).toEqual({ state: 'ours' });
    expect(decideLease(held, seenFor(0), '122/1/bb').state).toBe('held');
  });

  it('is held until it was seen unchanged for its whole duration, whatever its times say', () => {
    const long = takenLease(undefined, scope, other, NOW - 86_400_000);
    const decision = decideLease(long, look(undefined, long), 'me');
    expect(decision).toMatchObject({
      state: 'held',
      by: other,
      leftMs: LEASE_MS,
      since: '2025-12-31T00:00:00.000000Z',
    });
    expect(decideLease(held, seenFor(LEASE_MS - 1), 'me')).toMatchObject({ state: 'held', leftMs: 1 });
    expect(decideLease(held, seenFor(LEASE_MS), 'me')).toEqual({ state: 'free' });
  });

  it('counts anew whenever it is renewed, or changes hands', () => {
    const seen = seenFor(LEASE_MS);
    expect(look(seen, held)).toBe(seen);
    expect(look(seen, renewedLease(held, NOW + 1)).unchangedMs).toBe(0);
    expect(look(seen, takenLease(held, scope, { ...other, identity: '123/1/cc' }, NOW)).unchangedMs).toBe(0);
  });

  it('lasts as long as its holder says', () => {
    const short = { ...held, spec: { ...(held.spec as object), leaseDurationSeconds: 3 } };
    expect(decideLease(short, { ...look(undefined, short), unchangedMs: 3_000 }, 'me').state).toBe('free');
  });

  it('counts who has held it, and keeps the version that it is based on', () => {
    const live = { ...held, metadata: { ...held.metadata, resourceVersion: '7' } };
    const next = takenLease(live, scope, { ...other, identity: '123/1/cc' }, NOW);
    expect(next).toMatchObject({ metadata: { resourceVersion: '7' }, spec: { leaseTransitions: 1 } });
  });

  it('names its holder as people know it', () => {
    expect(holderName(other)).toBe('run 122 (https://github.test/runs/122) of dev');
    expect(holderName({ identity: '0/1/aa', actor: 'dev', run: '' })).toBe('a run by hand of dev');
    expect(holderName({ identity: 'kubectl', actor: '', run: '' })).toBe('run kubectl');
  });
});

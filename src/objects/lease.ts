import type { KubeObject, ObjectRef } from '../ports.ts';
import { ANNOTATIONS, LABELS, leaseName } from './names.ts';
import { isOwnedBy, ownerLabels } from './owner.ts';

/** Milliseconds without a renewal after which another run may take a Lease: a killed run blocks the next one for so long. */
export const LEASE_MS = 15_000;
export const RENEW_EVERY_MS = 4_000;
/**
 * Milliseconds without a renewal after which the holder stops writing. The rest up to LEASE_MS is for the request that is in
 * progress at that moment.
 * @see https://pkg.go.dev/k8s.io/client-go/tools/leaderelection (RenewDeadline)
 */
export const RENEW_WITHIN_MS = 10_000;

/** The app and environment that only one run at a time may write. */
export interface LeaseScope {
  app: string;
  environment: string;
  namespace: string;
  /** undefined in a review environment, whose namespace belongs to one repository. */
  repositoryId?: number | undefined;
}

/** The run that requests the Lease. */
export interface LeaseHolder {
  /** Unique to one process. */
  identity: string;
  actor: string;
  /** URL of the run; empty for a run by hand. */
  run: string;
}

/** A Lease as last read, and for how long it has not changed. */
export interface Seen {
  record: string;
  /**
   * Milliseconds that this run has waited since. Slipway never compares times of the record with its own clock: they are of
   * another machine.
   */
  unchangedMs: number;
}

export type LeaseDecision =
  | { state: 'free' }
  | { state: 'ours' }
  | {
      state: 'held';
      by: LeaseHolder;
      /** By the clock of the holder; undefined if the record lacks it. */
      since: string | undefined;
      /** Milliseconds until it is free, unless the holder renews it. */
      leftMs: number;
    };

interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

/** Id and attempt of the run in a URL of GitHub. */
export function runOf(url: string): { id: string; attempt: number; url: string } {
  const [, id = '0', attempt = '1'] = /\/runs\/(\d+)(?:\/attempts\/(\d+))?/.exec(url) ?? [];
  return { id, attempt: Number(attempt), url };
}

/** Identity of a run in leases: run id, attempt, and a part that no other process has. */
export function leaseIdentity(run: { id: string; attempt: number }, random: string): string {
  return `${run.id}/${run.attempt}/${random}`;
}

export function leaseRef(scope: LeaseScope): ObjectRef {
  const name = leaseName(scope.app, scope.environment);
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, namespace: scope.namespace };
}

/** Whether Slipway created it for this app and environment. */
export function isOurLease(live: KubeObject, scope: LeaseScope): boolean {
  return isOwnedBy(live, scope);
}

/** The observation after another read. Any change of the record shows that its holder is alive. */
export function look(before: Seen | undefined, live: KubeObject | undefined): Seen {
  const { holderIdentity, renewTime } = specOf(live);
  const record = `${live?.metadata.uid} ${holderIdentity} ${renewTime}`;
  return before?.record === record ? before : { record, unchangedMs: 0 };
}

/** The holder of the Lease, as far as this run can know. */
export function decideLease(live: KubeObject | undefined, seen: Seen, identity: string): LeaseDecision {
  const { holderIdentity, leaseDurationSeconds = LEASE_MS / 1000, acquireTime } = specOf(live);
  if (!holderIdentity) return { state: 'free' };
  if (holderIdentity === identity) return { state: 'ours' };
  const leftMs = leaseDurationSeconds * 1000 - seen.unchangedMs;
  if (leftMs <= 0) return { state: 'free' };
  return { state: 'held', by: holderOf(live), since: acquireTime, leftMs };
}

/** The Lease with this run as its holder, at the resourceVersion of the one that it replaces. */
export function takenLease(
  live: KubeObject | undefined,
  scope: LeaseScope,
  holder: LeaseHolder,
  now: number,
): KubeObject {
  const { apiVersion, kind, name, namespace } = leaseRef(scope);
  const time = microTime(now);
  const spec: LeaseSpec = {
    holderIdentity: holder.identity,
    leaseDurationSeconds: LEASE_MS / 1000,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: live ? (specOf(live).leaseTransitions ?? 0) + 1 : 0,
  };
  const labels = { [LABELS.managedBy]: 'slipway', ...ownerLabels(scope) };
  const annotations = { [ANNOTATIONS.run]: holder.run, [ANNOTATIONS.actor]: holder.actor };
  const metadata = { ...live?.metadata, name, ...(namespace ? { namespace } : {}), labels, annotations };
  return { apiVersion, kind, metadata, spec };
}

export function renewedLease(live: KubeObject, now: number): KubeObject {
  return { ...live, spec: { ...specOf(live), renewTime: microTime(now) } };
}

/** The Lease without a holder. The object stays: the next holder takes it at its resourceVersion. */
export function freedLease(live: KubeObject, now: number): KubeObject {
  const { holderIdentity: _, ...spec } = specOf(live);
  return { ...live, spec: { ...spec, renewTime: microTime(now) } };
}

export function holderOf(live: KubeObject | undefined): LeaseHolder {
  const annotations = live?.metadata.annotations ?? {};
  return {
    identity: specOf(live).holderIdentity ?? '',
    actor: annotations[ANNOTATIONS.actor] ?? '',
    run: annotations[ANNOTATIONS.run] ?? '',
  };
}

/** `run 123 (https://…) of dev`, for messages. */
export function holderName({ identity, actor, run }: LeaseHolder): string {
  const [id = identity] = identity.split('/');
  const what = id === '0' ? 'a run by hand' : `run ${id}`;
  return [what, ...(run ? [`(${run})`] : []), ...(actor ? [`of ${actor}`] : [])].join(' ');
}

function specOf(live: KubeObject | undefined): LeaseSpec {
  return (live?.spec ?? {}) as LeaseSpec;
}

/** MicroTime of the API: exactly six digits. */
function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}

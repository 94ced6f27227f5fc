import { FIELD_MANAGER } from '../../../objects/names.ts';
import { refOf } from '../../../objects/ref.ts';
import { quotaOf } from '../../../plan/review/environment/isolation.ts';
import type { Isolation } from '../../../plan/review/environment/isolation-spec.ts';
import type { KubeObject } from '../../../ports.ts';
import type { Site } from '../../site.ts';

const BALANCERS = 'services.loadbalancers';
/** Milliseconds to wait for the quota controller. */
const PATIENCE_MS = 30_000;
const INTERVAL_MS = 200;

/**
 * Raises the quota of an existing environment so it can have a load balancer. The API server counts by the live quota,
 * also for a dry run, and would refuse the Service.
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export async function makeRoom(isolation: Isolation, { cluster, clock, signal }: Site): Promise<void> {
  const quota = quotaOf(isolation);
  const live = await cluster.get(refOf(quota));
  if (live === undefined || hardOf(live) >= (isolation.loadBalancers ?? 0)) return;
  await cluster.apply(quota, { fieldManager: FIELD_MANAGER });
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    const now = await cluster.get(refOf(quota));
    // After the deadline, the API server gives its own reason for refusing the Service.
    if (now === undefined || hardOf(now) >= (isolation.loadBalancers ?? 0) || clock.now() >= deadline) return;
    await clock.sleep(INTERVAL_MS, signal);
  }
}

/** The enforced limit, which the quota controller writes some time after the spec. */
function hardOf({ status }: KubeObject): number {
  const { hard = {} } = (status ?? {}) as { hard?: Record<string, string> };
  return Number(hard[BALANCERS] ?? Number.POSITIVE_INFINITY);
}

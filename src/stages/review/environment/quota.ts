import { FIELD_MANAGER } from '../../../objects/names.ts';
import { refOf } from '../../../objects/ref.ts';
import { quotaOf } from '../../../plan/review/environment/isolation.ts';
import type { Isolation } from '../../../plan/review/environment/isolation-spec.ts';
import type { KubeObject } from '../../../ports.ts';
import type { Site } from '../../site.ts';

const BALANCERS = 'services.loadbalancers';
/** Milliseconds for the controller of quotas, which is told of every change. */
const PATIENCE_MS = 30_000;
const INTERVAL_MS = 200;

/**
 * Lets an environment that is there have a load balancer: the API server counts by the quota that is live, also when it only
 * validates, and would refuse the Service before the new quota is written.
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
    // Where it is not so in time, the API server says what it thinks of the Service.
    if (now === undefined || hardOf(now) >= (isolation.loadBalancers ?? 0) || clock.now() >= deadline) return;
    await clock.sleep(INTERVAL_MS, signal);
  }
}

/** What counts: its controller writes it, some time after the quota was written. */
function hardOf({ status }: KubeObject): number {
  const { hard = {} } = (status ?? {}) as { hard?: Record<string, string> };
  return Number(hard[BALANCERS] ?? Number.POSITIVE_INFINITY);
}

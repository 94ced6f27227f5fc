import type { KubeObject } from '../ports.ts';
import { type Condition, failed, ready, unobserved, type Verdict, waiting } from './verdict.ts';

/** Conditions that operators use for "it works" and for "it does not". */
const GOOD = ['Ready', 'Available', 'Healthy', 'Succeeded', 'Synced'];
const BAD = ['Failed', 'Stalled', 'Degraded'];
/** An operator may be at it. */
const GRACE_MS = 15_000;

/** Any other object: by its conditions where it has some; ready at once where it has no status that could tell. */
export function byConditions(object: KubeObject): Verdict {
  const status = object.status as { conditions?: Condition[]; observedGeneration?: number } | undefined;
  if (status?.observedGeneration !== undefined && unobserved(object)) {
    return waiting('its controller has not seen the new version yet');
  }
  const conditions = status?.conditions ?? [];
  const bad = conditions.find((one) => BAD.includes(one.type) && one.status === 'True');
  if (bad) {
    return failed(`${bad.type}: ${bad.message ?? bad.reason ?? ''}`, `See what its controller says about it.`, {
      graceMs: GRACE_MS,
    });
  }
  const good = conditions.find((one) => GOOD.includes(one.type));
  if (!good || good.status === 'True') return ready(good ? `${good.type}` : 'it is there');
  return waiting(`not ${good.type} yet${good.message ? `: ${good.message}` : ''}`);
}

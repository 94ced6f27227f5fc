import type { KubeObject } from '../ports.ts';
import { type Condition, condition, ready, type Verdict } from './verdict.ts';

/** An autoscaler is ready at once; that it cannot read its metrics (yet) is told. */
export function horizontalPodAutoscaler(object: KubeObject): Verdict {
  const { status } = object as unknown as { status?: { conditions?: Condition[] } };
  const active = condition(status?.conditions, 'ScalingActive');
  const warning = active?.status === 'False' ? `it does not scale at the moment: ${active.message}` : undefined;
  return ready('it is there', warning);
}

import type { KubeObject } from '../ports.ts';
import { type Condition, condition, ready, type Verdict } from './verdict.ts';

/** An autoscaler is ready at once; that it cannot read its metrics (yet) is told. */
export function horizontalPodAutoscaler(object: KubeObject): Verdict {
  const { status } = object as unknown as { status?: { conditions?: Condition[] } };
  const stops = ['AbleToScale', 'ScalingActive'].map((type) => condition(status?.conditions, type));
  const stopped = stops.find((one) => one?.status === 'False');
  return ready('it is there', stopped && `it does not scale at the moment: ${stopped.message ?? stopped.reason}`);
}

import type { KubeObject } from '../ports.ts';
import { type Condition, condition, ready, type Verdict } from './verdict.ts';

/**
 * A HorizontalPodAutoscaler.
 *
 * Ready when it exists. While it cannot read its metrics it is ready with a warning.
 */
export function horizontalPodAutoscaler(object: KubeObject): Verdict {
  const { status } = object as unknown as { status?: { conditions?: Condition[] } };
  const stops = ['AbleToScale', 'ScalingActive'].map((type) => condition(status?.conditions, type));
  const stopped = stops.find((one) => one?.status === 'False');
  return ready('it is there', stopped && `it does not scale at the moment: ${stopped.message ?? stopped.reason}`);
}

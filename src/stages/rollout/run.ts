import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { StageResult } from '../stage-result.ts';
import { Steps } from '../steps.ts';
import { type Delivery, deliver } from './deliver.ts';
import { lookAtUrl } from './look.ts';
import type { DeliveryPorts } from './ports.ts';
import { deliveryResult, diffOf } from './result.ts';

/**
 * rolling-update: one environment, from what it runs to what the plan says.
 * @throws UserError, EnvironmentError or Superseded before anything is written; what happens after that is in the result
 */
export async function runRollingUpdate(plan: RolloutPlan, ports: DeliveryPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const delivery = await deliver(plan, ports, steps);
  await tell(delivery, ports);
  return deliveryResult('rolling-update', delivery, outputsOf(delivery), steps);
}

/** What a person reads in the log after a rollout, or in place of one. */
export async function tell(delivery: Delivery, ports: DeliveryPorts): Promise<void> {
  const { plan, outcome } = delivery;
  if (plan.dryRun) {
    for (const line of diffOf(delivery)) ports.log.output(line);
  } else if (outcome === 'succeeded' || outcome === 'unchanged') {
    await lookAtUrl(plan.url, ports);
  }
}

function outputsOf({ plan, current, previousImage, changed }: Delivery): Record<string, string> {
  return {
    revision: current ? String(current.revision) : '',
    'previous-image': previousImage ?? '',
    changed: String(changed),
    url: plan.url ?? '',
  };
}

import { imageText } from '../../objects/images.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { rolloutDiffLines } from '../../report/rollout-diff.ts';
import type { StageResult } from '../../stage-result.ts';
import { Steps } from '../steps.ts';
import { brokenCalls } from './compare-apis.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { diffOf, postDiff } from './diff.ts';
import { historyLines } from './history.ts';
import { lookAtUrl } from './look.ts';
import type { DeliveryPorts, RollingUpdatePorts } from './ports.ts';
import { deliveryResult } from './result.ts';

/**
 * rolling-update: updates one environment from its current release to the planned one.
 * @throws UserError, EnvironmentError or Superseded before the first write; the result holds later errors
 */
export async function runRollingUpdate(plan: RolloutPlan, ports: RollingUpdatePorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const delivery = await deliver(plan, ports, steps);
  await logDelivery(delivery, ports);
  const notPosted = await postDiff(delivery, ports);
  const broken = await brokenCalls(delivery, ports);
  const result = deliveryResult('rolling-update', delivery, outputsOf(delivery), steps);
  return {
    ...result,
    blocks: [...broken.blocks, ...result.blocks],
    annotations: [...result.annotations, ...notPosted, ...broken.annotations],
  };
}

/** Logs what a person reads after a rollout, or in place of one. */
export async function logDelivery(delivery: Delivery, ports: DeliveryPorts): Promise<void> {
  const { plan, outcome } = delivery;
  if (plan.dryRun) {
    for (const line of rolloutDiffLines(diffOf(delivery))) ports.log.output(line);
  } else if (outcome === 'succeeded' || outcome === 'unchanged') {
    await lookAtUrl(plan.url, ports);
  }
  await ports.log.group('Releases', async () => {
    for (const line of historyLines(delivery)) ports.log.info(line);
  });
}

function outputsOf({ plan, current, previousImages, changed }: Delivery): Record<string, string> {
  return {
    revision: current ? String(current.revision) : '',
    'previous-image': imageText(previousImages ?? {}),
    changed: String(changed),
    url: plan.url ?? '',
  };
}

import { startupsIn, withMeasuredStartup } from '../../objects/app/measured-startup.ts';
import { type Images, imageText, imageWords } from '../../objects/images.ts';
import { releaseId } from '../../objects/release.ts';
import type { PromotePlan } from '../../plan/promote-plan.ts';
import type { StageResult } from '../../stage-result.ts';
import { brokenCalls } from '../rollout/compare-apis.ts';
import { deliver } from '../rollout/deliver.ts';
import type { Delivery } from '../rollout/delivery.ts';
import { deliveryResult } from '../rollout/result.ts';
import { logDelivery } from '../rollout/run.ts';
import { Steps } from '../steps.ts';
import { requireGuard } from './guarded.ts';
import type { PromotePorts } from './ports.ts';
import { provenRelease } from './proven.ts';

/**
 * promote: rolls out the images that one environment runs to the next one, all together. Builds nothing.
 * @throws UserError or EnvironmentError before anything is written; later failures are in the result
 */
export async function runPromotion(plan: PromotePlan, ports: PromotePorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const approved = await steps.run('guard', () =>
    requireGuard({ ...plan.to, githubEnvironment: plan.githubEnvironment }, ports),
  );
  const { release: proven, images } = await steps.run('proof', () => provenRelease(plan, ports));
  const { verifyBuilders } = ports;
  const builders = verifyBuilders && (await steps.run('provenance', () => verifyBuilders(images, proven.commit)));
  const { environment } = plan.from;
  ports.log.info(`${releaseId(proven)} of ${environment} is promoted to ${plan.to.environment}: ${imageWords(images)}`);
  if (proven.commit !== plan.configCommit) {
    const short = (commit: string) => commit.slice(0, 12);
    ports.log.info(`it was built from ${short(proven.commit)}; slipway.yml is that of ${short(plan.configCommit)}`);
  }
  const spec = withMeasuredStartup(plan.to.spec, startupsIn(proven.objects));
  const delivery = await deliver({ ...plan.to, spec, images, commit: proven.commit }, ports, steps);
  await logDelivery(delivery, ports);
  const broken = await brokenCalls(delivery, ports);
  const result = deliveryResult('promote', delivery, outputsOf(delivery, images), steps);
  return {
    ...result,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['promoted from', `${environment}, ${releaseId(proven)}`],
          ...(builders === undefined ? [] : [['built by', builders] as [string, string]]),
          [plan.to.dryRun ? 'to be approved by' : 'approved by', approved],
        ],
      },
      ...broken.blocks,
      ...result.blocks,
    ],
    annotations: [...result.annotations, ...broken.annotations],
  };
}

/** After a failure, the outputs name the release that the target runs now, not the promoted one. */
function outputsOf({ plan, current, outcome }: Delivery, proven: Images): Record<string, string> {
  const arrived = plan.dryRun || outcome === 'succeeded' || outcome === 'unchanged';
  return {
    reference: imageText(arrived ? proven : (current?.images ?? {})),
    revision: current ? String(current.revision) : '',
    release: current ? releaseId(current) : '',
  };
}

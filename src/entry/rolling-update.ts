import { rollingUpdateInputs } from '../inputs/rolling-update.ts';
import { digestOf } from '../objects/pod-template.ts';
import { planRollout } from '../plan/rollout-plan.ts';
import { runRollingUpdate } from '../stages/rollout/run.ts';
import { openCluster } from './cluster.ts';
import type { StageWork } from './context.ts';
import { deliveryPorts } from './delivery-ports.ts';
import { evidenceCheck } from './evidence.ts';

/** rolling-update: brings a pushed image to one environment without interruption, or rolls back. */
export const work: StageWork = async (run) => {
  const config = run.config();
  const { workingDirectory } = run.common;
  const inputs = rollingUpdateInputs(run.inputs);
  const plan = planRollout(inputs, { config, event: run.event(), workingDirectory });
  const byTag = Object.values(plan.images).filter((image) => digestOf(image) === undefined);
  if (byTag.length > 0) {
    run.log.warning(
      `input \`image\` ${inputs.image === undefined ? 'is empty' : 'does not name every image'}: ${byTag.join(' and ')} is deployed, and everybody who may push to the repository can move this tag. Give it the output \`reference\` of push-to-registry.`,
    );
  }
  const configured = config.environments?.[plan.environment]?.cluster;
  const cluster = await openCluster(run, configured, `environments.${plan.environment}.cluster`);
  return runRollingUpdate(plan, deliveryPorts(run, cluster, evidenceCheck(run, config, 'run')));
};

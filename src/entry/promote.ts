import { promoteInputs } from '../inputs/promote.ts';
import { planPromotion } from '../plan/promote-plan.ts';
import { runPromotion } from '../stages/promote/run.ts';
import { openCluster } from './cluster.ts';
import type { StageWork } from './context.ts';
import { deliveryPorts } from './delivery-ports.ts';
import { buildersCheck, evidenceCheck } from './evidence.ts';

/** promote: brings what one environment has proven to the next, by digest. */
export const work: StageWork = async (run) => {
  const config = run.config();
  const { workingDirectory } = run.common;
  const plan = planPromotion(promoteInputs(run.inputs), { config, event: run.event(), workingDirectory });
  const open = (name: string) => openCluster(run, config.environments?.[name]?.cluster, `environments.${name}.cluster`);
  const source = await open(plan.from.environment);
  const ports = deliveryPorts(run, await open(plan.to.environment), evidenceCheck(run, config, 'release'));
  return runPromotion(plan, { ...ports, source, verifyBuilders: buildersCheck(run, config, plan.to.environment) });
};

import { DockerBuilder } from '../adapters/docker/builder.ts';
import { localFiles } from '../adapters/files/local-files.ts';
import { pushInputs } from '../inputs/push-to-registry.ts';
import { planPushes } from '../plan/push-plan.ts';
import { runPush } from '../stages/push/run.ts';
import type { StageWork } from './context.ts';
import { evidencePorts } from './evidence.ts';
import { registryOf } from './registry.ts';

/** push-to-registry: pushes the tested image; all later stages use its digest. */
export const work: StageWork = async (run) => {
  const plans = planPushes(
    pushInputs(run.inputs, run.common.workingDirectory),
    run.config(),
    run.event(),
    run.env.RUNNER_TEMP || undefined,
  );
  const registry = registryOf(run, 'pull,push');
  return runPush(plans, {
    ...run,
    images: new DockerBuilder(run.env),
    registry,
    ...evidencePorts(run, registry),
    files: localFiles,
  });
};

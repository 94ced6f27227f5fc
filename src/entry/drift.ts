import { randomBytes } from 'node:crypto';
import { localFiles } from '../adapters/files/local-files.ts';
import { driftInputs } from '../inputs/drift.ts';
import { planDrift } from '../plan/drift-plan.ts';
import { runDrift } from '../stages/drift/run.ts';
import { openCluster } from './cluster.ts';
import type { StageWork } from './context.ts';
import { gitHubOf } from './github.ts';

/** drift: compares what runs in the environments with what was released to them. */
export const work: StageWork = async (run) => {
  const config = run.config();
  const plan = planDrift(driftInputs(run.inputs), config, {
    runId: randomBytes(4).toString('hex'),
    runnerTemp: run.env.RUNNER_TEMP || undefined,
    workspace: run.common.workingDirectory,
    run: run.event().run.url,
  });
  const connect = (name: string) =>
    openCluster(run, config.environments?.[name]?.cluster, `environments.${name}.cluster`);
  return runDrift(plan, { ...run, files: localFiles, connect, github: gitHubOf(run) });
};

import { pipelineInputs } from '../inputs/pipeline.ts';
import { planLines, planPipeline } from '../plan/pipeline-plan.ts';
import type { StageName } from '../stage-result.ts';
import { stageWork } from './actions.ts';
import { refuseForkHead } from './fork-head.ts';
import { isByHand, withoutCredentials } from './forks.ts';
import { reportFailedStage } from './report-failed-stage.ts';
import { runReported } from './run.ts';
import { runStages } from './run-stages.ts';
import { failedResult } from './settle.ts';

/** The root action: runs the stages of the event in order and resolves to the exit code. */
export function runPipeline(): Promise<number> {
  return runReported(async (run) => {
    try {
      if (isByHand(run)) await refuseForkHead(run);
      const plan = planPipeline(pipelineInputs(run.inputs), run.config(), run.event());
      for (const line of planLines(plan)) run.log.info(line);
      const load = async (stage: StageName) => (await stageWork[stage]()).work;
      const own = withoutCredentials(run);
      return await reportFailedStage(plan, await runStages(plan, own, load), own, load);
    } catch (thrown) {
      return { results: [failedResult('pipeline', thrown, run)], skipped: [] };
    }
  });
}

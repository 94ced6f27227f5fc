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
import { signInLater } from './sign-in.ts';

/** The root action: runs the stages of the event in order and resolves to the exit code. */
export function runPipeline(): Promise<number> {
  return runReported(async (run) => {
    try {
      if (isByHand(run)) await refuseForkHead(run);
      const inputs = pipelineInputs(run.inputs);
      const plan = planPipeline(inputs, run.config(), run.event());
      for (const line of planLines(plan)) run.log.info(line);
      const load = async (stage: StageName) => (await stageWork[stage]()).work;
      const own = withoutCredentials(run);
      const signIn = signInLater(inputs.signIn, own);
      const signedIn = async (stage: StageName) => {
        await signIn.before(stage);
        return signIn.reading(stage, await load(stage));
      };
      try {
        return await reportFailedStage(plan, await runStages(plan, own, signedIn), own, load);
      } finally {
        await signIn.end();
      }
    } catch (thrown) {
      return { results: [failedResult('pipeline', thrown, run)], skipped: [] };
    }
  });
}

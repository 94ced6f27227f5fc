import { stageInputs } from '../inputs/pipeline.ts';
import type { PipelinePlan } from '../plan/pipeline-plan.ts';
import type { RunReport } from '../report/run-report.ts';
import type { StageName } from '../stage-result.ts';
import type { Run, StageWork } from './context.ts';
import { settle } from './settle.ts';

const DEPLOYS: readonly StageName[] = ['review-environment', 'rolling-update', 'promote'];

/**
 * Reports a failed build, test or push in the comment of the pull request, which would otherwise keep the state of an earlier
 * commit. The report of the run gets the warnings; a comment that cannot be written changes no outcome.
 */
export async function reportFailedStage(
  plan: PipelinePlan,
  report: RunReport,
  run: Run,
  load: (stage: StageName) => Promise<StageWork>,
): Promise<RunReport> {
  const failed = report.results.find(({ stage, outcome }) => outcome === 'failed' && !isDeploy(stage));
  const reviews = plan.run.filter(({ stage }) => stage === 'review-environment');
  if (!failed || reviews.length === 0) return report;
  const work = await load('review-environment');
  const reported = [];
  for (const { stage, inputs } of reviews) {
    const own = stageInputs(run.inputs, stage, { ...inputs, operation: 'report-failure' });
    reported.push(await settle(stage, work, { ...run, inputs: own }));
  }
  const annotations = [...failed.annotations, ...reported.flatMap((result) => result.annotations)];
  return { ...report, results: report.results.map((one) => (one === failed ? { ...one, annotations } : one)) };
}

function isDeploy(stage: string): boolean {
  return DEPLOYS.some((one) => one === stage);
}

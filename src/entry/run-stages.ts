import { stageInputs } from '../inputs/pipeline.ts';
import { exitCodeOf } from '../outcome.ts';
import type { PipelinePlan, StageRun } from '../plan/pipeline-plan.ts';
import type { RunReport } from '../report/run-report.ts';
import { STAGES, type StageName, type StageResult } from '../stage-result.ts';
import type { Run, StageWork } from './context.ts';
import { settle } from './settle.ts';

/**
 * Runs the stages of a plan in order, passes the image on, and stops at the first failure.
 * @param load loads the work of a stage that runs
 */
export async function runStages(
  plan: PipelinePlan,
  run: Run,
  load: (stage: StageName) => Promise<StageWork>,
): Promise<RunReport> {
  const results: StageResult[] = [];
  const skipped = [...plan.skip];
  for (const planned of plan.run) {
    const stopped = results.find((result) => exitCodeOf(result.outcome) !== 0 || result.outcome === 'superseded');
    if (stopped) skipped.push({ stage: planned.stage, reason: `${stopped.stage}: ${stopped.outcome}` });
    else results.push(await runStage(planned, results, run, load));
  }
  skipped.sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
  return { results, skipped };
}

async function runStage(
  { stage, inputs }: StageRun,
  before: StageResult[],
  run: Run,
  load: (stage: StageName) => Promise<StageWork>,
): Promise<StageResult> {
  run.log.info(`── ${stage} ──`);
  const handed = imageFor(stage, before);
  const startup = DEPLOYS.includes(stage) ? outputOf(before, 'startup') : undefined;
  const decided = { ...(handed ? { image: handed } : {}), ...(startup ? { startup } : {}), ...inputs };
  const work = async (own: Run) => (await load(stage))(own);
  return settle(stage, work, { ...run, inputs: stageInputs(run.inputs, stage, decided) });
}

const USES_BUILT: readonly StageName[] = ['run-tests', 'preflight', 'push-to-registry'];

/** They also get the time to start that preflight measured. */
const DEPLOYS: readonly StageName[] = ['review-environment', 'rolling-update'];

/** Tests, preflight and push get the built image by its name in the engine; deploys get the pushed digest. */
function imageFor(stage: StageRun['stage'], before: StageResult[]): string | undefined {
  if (USES_BUILT.includes(stage)) return outputOf(before, 'image');
  return DEPLOYS.includes(stage) ? outputOf(before, 'reference') : undefined;
}

function outputOf(before: readonly StageResult[], name: string): string | undefined {
  return before.findLast((result) => result.outputs[name])?.outputs[name];
}

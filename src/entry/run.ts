import { createLog } from '../adapters/actions/create-log.ts';
import { type Publication, publish } from '../adapters/actions/publish.ts';
import { Secrets } from '../adapters/actions/secrets.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import { type CommonInputs, commonInputs } from '../inputs/common.ts';
import { Inputs } from '../inputs/read.ts';
import { exitCodeOf } from '../outcome.ts';
import type { Clock, Log } from '../ports.ts';
import { annotationsOf } from '../report/annotations.ts';
import { problemLines, reportLines } from '../report/log-text.ts';
import { outputsOf, overallOutcome, type RunReport } from '../report/run-report.ts';
import { renderSummary } from '../report/summary.ts';
import type { ActionName, StageResult } from '../stage-result.ts';
import { cancelOnSignals } from './cancel.ts';
import { guarded } from './forks.ts';
import { readEvent } from './read-event.ts';
import { settle } from './settle.ts';

/** What an entry gets to work with. `config` and `event` are read when first asked for, and then kept. */
export interface Run {
  inputs: Inputs;
  common: CommonInputs;
  config(): Config;
  event(): PipelineEvent;
  log: Log;
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** Aborts with a `Cancelled` when the runner cancels the job (SIGINT, SIGTERM). */
  signal: AbortSignal;
  /** Replaces every masked secret by ***, for text that leaves the runner by another way than its log. */
  redact(text: string): string;
}

/** The work of one stage: reads its inputs, plans, wires the adapters, runs. Each `src/entry/<name>.ts` exports one. */
export type StageWork = (run: Run) => Promise<StageResult>;

/**
 * Runs one action: `main.ts` calls it with the `work` that `src/entry/<name>.ts` exports, and the pipeline calls the same
 * `work` for each of its stages. Whatever `work` throws becomes a result; annotations, summary and outputs are written.
 * @returns the exit code
 */
export function runAction(stage: ActionName, work: StageWork): Promise<number> {
  return runReported(async (run) => ({ results: [await settle(stage, guarded(stage, work), run)], skipped: [] }));
}

/** As `runAction`, for work that reports on several stages. It must not reject. */
export async function runReported(work: (run: Run) => Promise<RunReport>): Promise<number> {
  const secrets = new Secrets();
  const log = createLog(process.env, secrets);
  const cancellation = cancelOnSignals(log);
  try {
    const report = await work(openRun(log, secrets, cancellation.signal));
    publish(rendered(report), process.env, log, secrets);
    return exitCodeOf(overallOutcome(report.results));
  } finally {
    cancellation.dispose();
  }
}

function rendered(report: RunReport): Publication {
  return {
    annotations: annotationsOf(report.results),
    outputs: outputsOf(report.results),
    summary: renderSummary(report),
    lines: reportLines(report),
    problems: problemLines(report),
  };
}

function openRun(log: Log, secrets: Secrets, signal: AbortSignal): Run {
  const env = process.env;
  const inputs = new Inputs(env);
  const common = commonInputs(inputs, env.GITHUB_WORKSPACE ?? process.cwd());
  if (common.githubToken) log.mask(common.githubToken);
  return {
    inputs,
    common,
    config: once(() => loadConfig(common.workingDirectory, common.config)),
    event: once(() => readEvent(env, common.workingDirectory, log)),
    log,
    clock: systemClock,
    env,
    signal,
    redact: (text) => secrets.redact(text),
  };
}

function once<T>(read: () => T): () => T {
  let kept: { value: T } | undefined;
  return () => {
    kept ??= { value: read() };
    return kept.value;
  };
}

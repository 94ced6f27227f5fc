import { createLog } from '../adapters/actions/create-log.ts';
import { publish } from '../adapters/actions/publish.ts';
import { Secrets } from '../adapters/actions/secrets.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { loadConfig } from '../config/load.ts';
import { commonInputs } from '../inputs/common.ts';
import { Inputs } from '../inputs/read.ts';
import { exitCodeOf } from '../outcome.ts';
import type { Log } from '../ports.ts';
import { overallOutcome, type RunReport } from '../report/run-report.ts';
import type { ActionName } from '../stage-result.ts';
import { cancelOnSignals } from './cancel.ts';
import { ifThere, once } from './config-if-there.ts';
import type { Run, StageWork } from './context.ts';
import { guarded } from './forks.ts';
import { publicationOf } from './publication.ts';
import { readEvent } from './read-event.ts';
import { settle } from './settle.ts';

/**
 * Runs one action with the `work` that `src/entry/<name>.ts` exports; the pipeline uses the same `work` for its stages.
 * Turns every error into a result, and writes annotations, summary and outputs.
 * @returns the exit code
 */
export function runAction(stage: ActionName, work: StageWork): Promise<number> {
  return runReported(async (run) => ({ results: [await settle(stage, guarded(stage, work), run)], skipped: [] }));
}

/** The same for work that reports on several stages and never rejects. */
export async function runReported(work: (run: Run) => Promise<RunReport>): Promise<number> {
  const secrets = new Secrets();
  const log = createLog(process.env, secrets);
  const cancellation = cancelOnSignals(log);
  const last: Promise<void>[] = [];
  try {
    const report = await work(await openRun(log, secrets, cancellation.signal, last));
    publish(publicationOf(report, log), process.env, log, secrets);
    await Promise.all(last);
    return exitCodeOf(overallOutcome(report.results));
  } finally {
    cancellation.dispose();
  }
}

async function openRun(log: Log, secrets: Secrets, signal: AbortSignal, last: Promise<void>[]): Promise<Run> {
  const env = process.env;
  const inputs = new Inputs(env);
  const common = commonInputs(inputs, env.GITHUB_WORKSPACE ?? process.cwd());
  if (common.githubToken) log.mask(common.githubToken);
  const config = once(() => loadConfig(common.workingDirectory, common.config));
  return {
    inputs,
    common,
    config,
    configIfThere: once(() => ifThere(config, log)),
    event: once(await readEvent(env, common.workingDirectory, log)),
    log,
    clock: systemClock,
    env,
    signal,
    afterwards: (work) => void last.push(work),
    redact: (text) => secrets.redact(text),
  };
}

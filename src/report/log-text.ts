import { humanDuration } from '../text/duration.ts';
import { errorLines } from './error-text.ts';
import { OUTCOME_WORDS } from './outcome-words.ts';
import { overallOutcome, type RunReport, skippedByReason } from './run-report.ts';

/** The end of the log: each stage with its outcome, time and outputs. The errors follow last, where people look. */
export function reportLines(report: RunReport): string[] {
  const lines = report.results.flatMap((result) => [
    `${result.stage}: ${result.dryRun && !result.error ? 'dry run' : OUTCOME_WORDS[result.outcome]}, ${humanDuration(result.ms)}`,
    ...(result.error ? [] : [`  ${result.headline}`]),
    ...Object.entries(result.outputs)
      .filter(([, value]) => value !== '' && !value.includes('\n'))
      .map(([name, value]) => `  ${name} = ${value}`),
  ]);
  const skipped = skippedByReason(report.skipped).map(
    ({ stages, reason }) => `${stages.join(', ')}: not run, ${reason}`,
  );
  const overall = report.results.length > 1 ? [`pipeline: ${OUTCOME_WORDS[overallOutcome(report.results)]}`] : [];
  return [...lines, ...skipped, ...overall];
}

/** The errors of a run in full. */
export function problemLines(report: RunReport): string[] {
  return report.results.flatMap(({ error }) => (error ? errorLines(error) : []));
}

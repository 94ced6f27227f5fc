import { DriftFound, type SlipwayError } from '../../errors.ts';
import { outcomeOf } from '../../outcome.ts';
import type { DriftReport } from '../../plan/drift/report.ts';
import type { DriftPlan } from '../../plan/drift-plan.ts';
import { driftHeadline, driftLines, environmentBlocks } from '../../report/drift-blocks.ts';
import type { Annotation, StageResult } from '../../stage-result.ts';
import type { Steps } from '../steps.ts';

interface Found {
  plan: DriftPlan;
  report: DriftReport;
  /** URLs of the issues about the drift. */
  issues: string[];
  /** Something was not compared, or not reported. */
  error: SlipwayError | undefined;
}

/** Lines of an annotation. GitHub shows a few; the summary has all. */
const LINES = 10;

/**
 * Drift alone does not fail the run: `drifted`, the annotation and the issue report it, and a schedule does not send a mail
 * every day. `fail-on-drift` makes it a failure.
 */
export function driftResult({ plan, report, issues, error: incomplete }: Found, steps: Steps): StageResult {
  const { environments } = report;
  const error = incomplete ?? (plan.failOnDrift && report.drifted ? driftError(report) : undefined);
  return {
    stage: 'drift',
    outcome: error ? outcomeOf(error) : 'succeeded',
    headline: environments.map(driftHeadline).join('; '),
    outputs: { drifted: drifted(report), report: plan.report, issue: issues.join('\n') },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: environments.flatMap(environmentBlocks),
    annotations: annotations(report),
    ...(error ? { error } : {}),
  };
}

/** Empty when it is not known: no drift in what was compared, and something was not compared. */
function drifted({ drifted: found, environments }: DriftReport): string {
  if (found) return 'true';
  return environments.some(({ state }) => state === 'not-compared') ? '' : 'false';
}

function driftError(report: DriftReport): DriftFound {
  const found = report.environments.filter(({ state }) => state === 'drifted');
  return new DriftFound(found.map(driftHeadline).join('; '), {
    details: found.flatMap(driftLines),
    remedy: 'Put the changes that should stay into the repository, and roll out again.',
  });
}

function annotations({ environments }: DriftReport): Annotation[] {
  return environments.flatMap((environment): Annotation[] => {
    if (environment.state !== 'drifted') return [];
    const lines = driftLines(environment);
    const more = lines.length > LINES ? [`and ${lines.length - LINES} more, in the summary`] : [];
    const message = [driftHeadline(environment), ...lines.slice(0, LINES), ...more].join('\n');
    return [{ level: 'warning', title: `drift of ${environment.environment}`, message }];
  });
}

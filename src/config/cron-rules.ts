import { scheduleProblem } from './cron-schedule.ts';
import { hasOwnObjects } from './own-objects-rules.ts';
import { unknownName } from './problems.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config, CronConfig } from './schema.ts';
import { timeZoneProblem } from './time-zone.ts';

/** Crons that Kubernetes would refuse, or that would never run, in `deploy` and in environments. */
export function cronProblems({ deploy, environments = {}, review }: Config): RuleProblem[] {
  const known = Object.keys(deploy.crons ?? {});
  // The objects of a team have crons of their own.
  const named = Array.isArray(review?.crons) && !hasOwnObjects({ deploy, review }) ? review.crons : [];
  return [
    ...named.flatMap((name, index) =>
      known.includes(name)
        ? []
        : [{ path: ['review', 'crons', index], message: unknownName(['review', 'crons'], name, known) }],
    ),
    ...problemsIn(['deploy', 'crons'], deploy.crons ?? {}),
    ...Object.entries(environments).flatMap(([name, { crons = {} }]) =>
      problemsIn(['environments', name, 'crons'], crons),
    ),
  ];
}

function problemsIn(path: PropertyKey[], crons: Record<string, Partial<CronConfig>>): RuleProblem[] {
  return Object.entries(crons).flatMap(([name, cron]) => [
    ...valueProblems([...path, name, 'schedule'], cron.schedule, scheduleProblem),
    ...valueProblems([...path, name, 'timeZone'], cron.timeZone, timeZoneProblem),
    ...valueProblems([...path, name, 'deadline'], cron.deadline, deadlineProblem),
  ]);
}

function valueProblems(
  path: PropertyKey[],
  value: string | undefined,
  problemOf: (value: string) => string | undefined,
): RuleProblem[] {
  const problem = value === undefined ? undefined : problemOf(value);
  return problem === undefined ? [] : [ruleProblem(path, `"${value}" ${problem}`)];
}

function deadlineProblem(deadline: string): string | undefined {
  return /^0+[smhd]$/.test(deadline) ? 'would end every run at once' : undefined;
}

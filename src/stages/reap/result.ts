import { TimedOut } from '../../errors.ts';
import { countOf, type Reaped } from '../../plan/reap/judgement.ts';
import type { ReapPlan } from '../../plan/reap/reap-plan.ts';
import type { Annotation, StageResult, SummaryBlock } from '../../stage-result.ts';
import { type Dropped, dropError } from '../review/database/shared-server/drop.ts';
import { STUCK_REMEDY } from '../review/environment/namespace.ts';
import type { Steps } from '../steps.ts';

interface Reaping {
  plan: ReapPlan;
  reaped: readonly Reaped[];
  /** Databases on shared servers that were dropped, or would be. */
  databases: Dropped;
  cluster: string;
  /** Number of open pull requests. */
  open: number;
  steps: Steps;
  warnings: readonly Annotation[];
}

const FATES = ['removed', 'slept', 'kept', 'failed'] as const;
/** Failures first. */
const ORDER = ['failed', 'removed', 'slept', 'kept'];

/** The report: a table with a row per environment, and the counts as outputs. */
export function reapResult({ plan, reaped, databases, cluster, open, steps, warnings }: Reaping): StageResult {
  const count = Object.fromEntries(FATES.map((fate) => [fate, countOf(reaped, fate)]));
  const failed = reaped.filter(({ fate }) => fate === 'failed');
  const dropped = databases.dropped.length;
  const error = failed.length > 0 ? stuck(failed) : dropError(databases);
  const acted = countOf(reaped, 'removed') + countOf(reaped, 'slept') + dropped > 0 && !plan.dryRun;
  return {
    stage: 'reap-environments',
    outcome: error !== undefined ? 'failed' : acted ? 'succeeded' : 'unchanged',
    headline: headline(count, plan.dryRun),
    outputs: Object.fromEntries(FATES.map((fate) => [fate, String(count[fate])])),
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Cluster', cluster],
          ['Open pull requests', String(open)],
          ['Environments', String(reaped.length)],
          [plan.dryRun ? 'Databases to drop' : 'Databases dropped', dropped === 0 ? '' : String(dropped)],
        ],
      },
      ...table(reaped, plan.dryRun),
    ],
    annotations: [...warnings],
    ...(error ? { error } : {}),
  };
}

function headline(count: Record<string, number>, dryRun: boolean): string {
  const words = FATES.filter((fate) => count[fate] !== 0).map((fate) => `${count[fate]} ${fate}`);
  const text = words.length === 0 ? 'there are none' : words.join(', ');
  return `review environments${dryRun ? ' (dry run: nothing was written)' : ''}: ${text}`;
}

function table(reaped: readonly Reaped[], dryRun: boolean): SummaryBlock[] {
  if (reaped.length === 0) return [];
  const sorted = [...reaped].sort(
    (a, b) => ORDER.indexOf(a.fate) - ORDER.indexOf(b.fate) || a.environment.number - b.environment.number,
  );
  const rows = sorted.map(({ environment, fate, because }) => [
    `#${environment.number}`,
    environment.app,
    environment.name,
    dryRun && fate !== 'kept' ? `would be ${fate}` : fate,
    because,
  ]);
  return [{ kind: 'table', header: ['Pull request', 'App', 'Namespace', '', 'Because'], rows }];
}

function stuck(failed: readonly Reaped[]): TimedOut {
  const names = failed.map(({ environment }) => environment.name).join(', ');
  return new TimedOut(`${failed.length === 1 ? 'a namespace was' : 'namespaces were'} not removed: ${names}`, {
    details: failed.flatMap(({ environment, because, details }) => [
      `${environment.name}: ${because}`,
      ...details.filter((line) => line !== '').map((line) => `${environment.name}: ${line}`),
    ]),
    remedy: `${STUCK_REMEDY} The next run looks again.`,
  });
}

import { exitCodeOf, type Outcome } from '../outcome.ts';
import type { StageName, StageResult } from '../stage-result.ts';

/** The results of a run, of one action or of the whole pipeline. `report/` renders it. */
export interface RunReport {
  /** Stages that ran, in their order. */
  results: StageResult[];
  /** Stages that did not run, and why. */
  skipped: { stage: StageName; reason: string }[];
}

/** The outcome of a run: that of the first failed stage, otherwise the outcome that fits all stages. */
export function overallOutcome(results: readonly StageResult[]): Outcome {
  const wrong = results.find((result) => exitCodeOf(result.outcome) !== 0);
  if (wrong) return wrong.outcome;
  if (results.some((result) => result.outcome === 'superseded')) return 'superseded';
  return results.length > 0 && results.every((result) => result.outcome === 'unchanged') ? 'unchanged' : 'succeeded';
}

/** The outputs of a run: those of its stages (a later stage wins) and `outcome`. */
export function outputsOf(results: readonly StageResult[]): Record<string, string> {
  return Object.assign({}, ...results.map((result) => result.outputs), { outcome: overallOutcome(results) });
}

/** Stages that did not run, grouped by their reason. */
export function skippedByReason(skipped: RunReport['skipped']): { stages: StageName[]; reason: string }[] {
  const groups = new Map<string, StageName[]>();
  for (const { stage, reason } of skipped) groups.set(reason, [...(groups.get(reason) ?? []), stage]);
  return [...groups].map(([reason, stages]) => ({ reason, stages }));
}

import type { SinceLast, TestRun } from '../test-run.ts';
import { type History, idOf } from './history.ts';

/**
 * The run with what is new in it: new failures first, and their annotations with them. A suite whose last run did not get as far
 * as its cases is not compared, and a run that reused an earlier one has nothing new.
 */
export function comparedRun(run: TestRun, history: History | undefined): TestRun {
  const before =
    history !== undefined && Object.hasOwn(history.suites, run.name) ? history.suites[run.name] : undefined;
  if (history === undefined || before === undefined || run.reusedFrom !== undefined) return run;
  const failedThen = new Set(before.failed.map(({ id }) => id));
  const order = run.failed.map((one, at) => ({ one, id: idOf(one), annotation: run.annotations[at] }));
  const isFresh = ({ id }: { id: string }) => before.complete && !failedThen.has(id);
  const sorted = [...order.filter(isFresh), ...order.filter((one) => !isFresh(one))];
  const now = new Set(order.map(({ id }) => id));
  const sawCases = run.passed || run.failed.length > 0;
  return {
    ...run,
    failed: sorted.map(({ one }) => one),
    annotations: sorted.flatMap(({ annotation }) => annotation ?? []),
    since: {
      commit: (before.of ?? history).commit,
      run: (before.of ?? history).run,
      fresh: new Set(order.filter(isFresh).map(({ id }) => id)),
      fixed: sawCases ? before.failed.filter(({ id }) => !now.has(id)).map(({ title }) => title) : [],
      coverage: before.coverage,
    },
  };
}

/** Stands before a failed case that did not fail in the last run. */
export function newMark(one: TestRun['failed'][number], since: SinceLast | undefined): string {
  return since?.fresh.has(idOf(one)) ? 'new: ' : '';
}

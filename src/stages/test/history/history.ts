import { createHash } from 'node:crypto';
import * as z from 'zod';
import { cutLine } from '../../../text/cut.ts';
import { caseTitle, type TestCase } from '../junit/report.ts';
import type { TestRun } from '../test-run.ts';

/** Cases of one kind that a suite keeps. */
const MOST = 5_000;
/** Characters of a title. */
const LONGEST_TITLE = 200;
/** Bytes of the file. */
export const LARGEST_HISTORY = 32 * 1024 * 1024;

const known = z.object({ id: z.string().length(16), title: z.string().max(LONGEST_TITLE + 50) });
const percent = z.number().min(0).max(100);
const suite = z.object({
  failed: z.array(known).max(MOST),
  flaky: z.array(known).max(MOST),
  /** All failed cases are in the list. */
  complete: z.boolean(),
  coverage: z.object({ lines: percent, branches: percent.optional() }).optional(),
  /** Of a suite that did not run in the last run: the run that these results are of. */
  of: z.object({ commit: z.string().max(64), run: z.string().max(500) }).optional(),
});
const history = z.object({
  version: z.literal(1),
  commit: z.string().max(64),
  run: z.string().max(500),
  suites: z.record(z.string().max(100), suite),
});

/** The results of a run, for the comparison with the next one of the branch. */
export type History = z.infer<typeof history>;
export type SuiteHistory = z.infer<typeof suite>;

/** @throws Error for a text of another form */
export function readHistory(text: string): History {
  return history.parse(JSON.parse(text));
}

/** The results of these runs; a suite that did not run keeps what the last run had. */
export function historyOf(
  runs: readonly TestRun[],
  about: { commit: string; run: string },
  before: History | undefined,
): History {
  const own = runs.map((run) => [run.name, suiteHistory(run)] as const);
  const kept = Object.entries(before?.suites ?? {}).map(([name, one]) => {
    const of = one.of ?? { commit: before?.commit ?? '', run: before?.run ?? '' };
    return [name, { ...one, of }] as const;
  });
  return { version: 1, ...about, suites: Object.fromEntries([...kept, ...own]) };
}

function suiteHistory({ failed, flaky, passed, coverage }: TestRun): SuiteHistory {
  return {
    failed: failed.slice(0, MOST).map(knownOf),
    flaky: flaky.slice(0, MOST).map(knownOf),
    // A suite that failed without a case says nothing about its cases.
    complete: failed.length <= MOST && (passed || failed.length > 0),
    ...(coverage === undefined ? {} : { coverage: percentagesOf(coverage) }),
  };
}

export function percentagesOf({
  lines,
  branches,
}: NonNullable<TestRun['coverage']>): NonNullable<SuiteHistory['coverage']> {
  const rounded = ({ percent: exact }: { percent: number }) => Number(exact.toFixed(4));
  return { lines: rounded(lines), ...(branches === undefined ? {} : { branches: rounded(branches) }) };
}

function knownOf(one: TestCase): { id: string; title: string } {
  return { id: idOf(one), title: cutLine(caseTitle(one), LONGEST_TITLE) };
}

/** Identifies a case from run to run, wherever it stands in its file. */
export function idOf({ suite, name, file }: Pick<TestCase, 'suite' | 'name' | 'file'>): string {
  return createHash('sha256')
    .update(JSON.stringify([suite, name, file]))
    .digest('hex')
    .slice(0, 16);
}

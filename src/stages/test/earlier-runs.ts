import type { SuiteFacts } from '../../plan/evidence/statement.ts';
import type { PlannedTest, TestPlan } from '../../plan/test-plan.ts';
import type { Files } from '../../ports.ts';
import { readBuilt } from '../build/record.ts';
import type { TestRun } from './test-run.ts';

/** The tests of a plan that passed before, in the images of the registry that build-image uses. */
export interface EarlierRuns {
  /** The plan without these tests; images of the registry have their reference, and are pulled where another test needs them. */
  plan: TestPlan;
  /** Name of the test → its earlier run. */
  runs: ReadonlyMap<string, TestRun>;
  /** Name of an image of the registry → its digest. */
  ids: ReadonlyMap<string, string>;
}

export async function earlierRuns(plan: TestPlan, files: Pick<Files, 'read'>): Promise<EarlierRuns> {
  const runs = new Map<string, TestRun>();
  const ids = new Map<string, string>();
  const images = { ...plan.images };
  for (const [name, image] of Object.entries(plan.images)) {
    const record = await readBuilt(files, plan.builtDir, name, plan.sha);
    const { pushed } = record ?? {};
    if (record === undefined || pushed === undefined) continue;
    if (image.given && image.reference !== pushed.reference) continue;
    images[name] = { ...image, reference: pushed.reference, given: true };
    ids.set(name, record.image);
    for (const test of plan.tests) {
      const suite = test.image === name && test.baseUrl === undefined ? suiteOf(test, pushed.suites) : undefined;
      if (suite) runs.set(test.name, earlierRun(test, suite));
    }
  }
  return { plan: { ...plan, images, tests: plan.tests.filter(({ name }) => !runs.has(name)) }, runs, ids };
}

function suiteOf(test: PlannedTest, suites: readonly SuiteFacts[]): SuiteFacts | undefined {
  return suites.find(({ name, hash }) => name === test.name && hash === test.hash);
}

function earlierRun(test: PlannedTest, suite: SuiteFacts): TestRun {
  const { name, image, target, hash } = test;
  const { lines, branches } = suite.coverage ?? {};
  return {
    ...{ name, image, target, hash },
    passed: true,
    reason: '',
    counts: suite.counts,
    failed: [],
    flaky: [],
    ...(lines === undefined ? {} : { coverage: coverageOf(lines, branches) }),
    details: [],
    remedy: undefined,
    warnings: [],
    annotations: [],
    serviceLogs: [],
    report: undefined,
    reusedFrom: suite.run,
    ms: 0,
  };
}

function coverageOf(lines: number, branches: number | undefined): NonNullable<TestRun['coverage']> {
  return { lines: { percent: lines }, ...(branches === undefined ? {} : { branches: { percent: branches } }) };
}

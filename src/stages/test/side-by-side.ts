import type { PlannedTest, TestPlan } from '../../plan/test-plan.ts';
import type { LocalImage } from '../../ports.ts';
import { inPool } from '../pool.ts';
import type { Steps } from '../steps.ts';
import type { TestPorts } from './ports.ts';
import { runTest } from './run-test.ts';
import type { TestRun } from './test-run.ts';
import { Turns } from './turns.ts';

/** A test, and the image that it runs in. */
export interface ReadyTest {
  test: PlannedTest;
  image: LocalImage;
}

/**
 * Runs tests at the same time where they share nothing: each has a network and services of its own. Tests against one URL share
 * what runs there, and follow one another. An error that is no result of a test ends the others.
 */
export async function runSideBySide(
  tests: readonly ReadyTest[],
  plan: TestPlan,
  steps: Steps,
  ports: TestPorts,
  atOnce: number,
): Promise<TestRun[]> {
  const turns = new Turns(ports.log);
  const broken = new AbortController();
  const signal = AbortSignal.any([ports.signal, broken.signal]);
  const one = ({ test, image }: ReadyTest) =>
    steps.run(test.name, () =>
      turns.run(test.name, `test ${test.name}`, (log) => runTest(test, image, plan, { ...ports, log, signal })),
    );
  const lane = async (ready: readonly ReadyTest[]) => {
    const runs: TestRun[] = [];
    for (const next of ready) {
      signal.throwIfAborted();
      runs.push(await one(next));
    }
    return runs;
  };
  try {
    const ended = await inPool(
      lanesOf(tests),
      (ready) =>
        lane(ready).catch((error: unknown) => {
          if (!signal.aborted) broken.abort(error);
          throw error;
        }),
      atOnce,
    );
    ports.signal.throwIfAborted();
    return ended.flat();
  } finally {
    await turns.end();
  }
}

/** Tests that follow one another. */
function lanesOf(tests: readonly ReadyTest[]): ReadyTest[][] {
  const lanes = new Map<string, ReadyTest[]>();
  for (const ready of tests) {
    const { name, baseUrl } = ready.test;
    const key = baseUrl === undefined ? `test ${name}` : `url ${baseUrl}`;
    lanes.set(key, [...(lanes.get(key) ?? []), ready]);
  }
  return [...lanes.values()];
}

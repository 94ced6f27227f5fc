import { EnvironmentError, type SlipwayError } from '../../errors.ts';
import type { TestsReport } from './tests.ts';
import type { Work } from './work.ts';

/**
 * Runs the black-box tests that slipway.yml names against the environment.
 * @param image by digest
 * @returns their report; undefined when there are none
 * @throws EnvironmentError where no Docker engine could run them
 */
export async function testEnvironment(work: Work, image: string): Promise<TestsReport | undefined> {
  const { plan, ports, steps, tell } = work;
  if (plan.tests.length === 0) return undefined;
  const { runTests } = ports;
  if (runTests === undefined) throw noEngine(plan.tests);
  const report = await steps.run('tests', () => runTests({ names: plan.tests, baseUrl: plan.url, image }));
  tell({ tests: { passed: report.error === undefined, text: report.text } });
  return report;
}

function noEngine(tests: readonly string[]): SlipwayError {
  return new EnvironmentError(`the tests ${tests.join(', ')} need a Docker engine to run in, and there is none here`, {
    remedy: 'Run on a runner with Docker, or set `review.tests: []` in slipway.yml.',
  });
}

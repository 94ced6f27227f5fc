import { EnvironmentError, type SlipwayError, TestsFailed } from '../../errors.ts';
import type { ReviewState } from '../../report/review-state.ts';
import type { StageResult } from '../../stage-result.ts';
import type { Unopened } from './work.ts';

/**
 * Runs the black-box tests of slipway.yml against the environment.
 * @returns their result; undefined without tests
 * @throws EnvironmentError without a Docker engine
 */
export async function testEnvironment(
  work: Unopened,
  { url, images }: Pick<ReviewState, 'url' | 'images'>,
): Promise<StageResult | undefined> {
  const { plan, ports, steps, update, commit } = work;
  if (plan.tests.length === 0) return undefined;
  if (work.fork) {
    // Tests run in the image, on a runner with credentials: code of a fork runs in its environment only.
    const note = `The tests ${plan.tests.join(', ')} were not run: the code is of a fork.`;
    update((state) => ({ notes: [...state.notes, note] }));
    return undefined;
  }
  const { runTests } = ports;
  if (runTests === undefined) throw noEngine(plan.tests);
  const request = { names: plan.tests, url, images, sha: commit };
  const result = await steps.run('tests', () => runTests(request));
  update({ tests: { passed: result.error === undefined, text: result.headline } });
  return result.error instanceof TestsFailed ? { ...result, error: inPlace(result.error, url) } : result;
}

/** Unlike a test in an image, this one leaves something to look at. */
function inPlace(error: TestsFailed, url: string): TestsFailed {
  return new TestsFailed(`the environment answers, and its tests do not pass: ${error.message}`, {
    details: [...error.details],
    remedy: `Open ${url} and try it; the summary lists the failures, the log has the output.`,
    cause: error,
  });
}

function noEngine(tests: readonly string[]): SlipwayError {
  return new EnvironmentError(`the tests ${tests.join(', ')} need a Docker engine to run in, and there is none here`, {
    remedy: 'Run on a runner with Docker, or set `review.tests: []` in slipway.yml.',
  });
}

import type { TestPlan } from '../../plan/test-plan.ts';
import type { LocalImage } from '../../ports.ts';
import type { StageResult } from '../../stage-result.ts';
import { Steps } from '../steps.ts';
import { type FoundImages, findImages } from './find-images.ts';
import type { TestPorts } from './ports.ts';
import { writeRecord } from './record.ts';
import { testResult } from './result.ts';
import { runTest } from './run-test.ts';
import { clearLeftovers } from './scope.ts';
import type { TestRun } from './test-run.ts';

/**
 * Runs all tests of slipway.yml in the built image, one after the other, even after a failure. Records the results for
 * push-to-registry.
 * @throws UserError for a missing image, EnvironmentError when the engine fails, the reason of a cancellation
 */
export async function runTests(plan: TestPlan, ports: TestPorts): Promise<StageResult> {
  const { result, runs, vouchedFor } = await runPlanned(plan, ports);
  if (plan.recordsDir === undefined) return result;
  for (const [name, image] of vouchedFor) {
    const about = { image: image.id, name, commit: plan.sha };
    const own = runs.filter((run) => run.image === name);
    await writeRecord(ports.files, plan.recordsDir, about, own, ports.clock.now());
  }
  return result;
}

/**
 * Runs black-box tests against a URL (see `planBlackBox`) with the same result as run-tests. They test what runs at the URL,
 * so they leave no record about the image.
 */
export async function runBlackBox(plan: TestPlan, ports: TestPorts): Promise<StageResult> {
  return (await runPlanned(plan, ports)).result;
}

async function runPlanned(
  plan: TestPlan,
  ports: TestPorts,
): Promise<{ result: StageResult; runs: TestRun[]; vouchedFor: FoundImages['vouchedFor'] }> {
  const steps = new Steps(ports.log, ports.clock);
  for (const { name, reason } of plan.skipped) ports.log.info(`${name} is not run here: ${reason}`);
  const runs: TestRun[] = [];
  if (plan.tests.length === 0) return { result: testResult(plan, runs, steps), runs, vouchedFor: new Map() };
  const { vouchedFor, runIn } = await steps.run('find the image', () => findImages(plan, ports));
  await clearLeftovers(ports);
  for (const [index, test] of plan.tests.entries()) {
    const work = () =>
      ports.log.group(`test ${test.name}`, () => runTest(test, runIn[index] as LocalImage, plan, ports));
    runs.push(await steps.run(test.name, work));
    ports.signal.throwIfAborted();
  }
  return { result: testResult(plan, runs, steps), runs, vouchedFor };
}

import type { TestPlan } from '../../plan/test-plan.ts';
import type { LocalImage } from '../../ports.ts';
import type { StageResult } from '../../stage-result.ts';
import { Steps } from '../steps.ts';
import { type EarlierRuns, earlierRuns } from './earlier-runs.ts';
import { findImages } from './find-images.ts';
import { comparedRun } from './history/compare.ts';
import { keepRun, lastRun } from './history/file.ts';
import type { TestPorts } from './ports.ts';
import { writeRecord } from './record.ts';
import { testResult } from './result.ts';
import { clearLeftovers } from './scope.ts';
import { runSideBySide } from './side-by-side.ts';
import type { TestRun } from './test-run.ts';

/**
 * Runs all tests of slipway.yml in the built image, also after a failure, at most `atOnce` at a time. A test that passed before in the
 * image of the registry that build-image uses is not run. Records the results for push-to-registry.
 * @throws UserError for a missing image, EnvironmentError when the engine fails, the reason of a cancellation
 */
export async function runTests(plan: TestPlan, ports: TestPorts, atOnce = 1): Promise<StageResult> {
  const { result, runs, vouchedFor } = await runPlanned(plan, await earlierRuns(plan, ports.files), ports, atOnce);
  if (plan.recordsDir === undefined) return result;
  for (const [name, image] of vouchedFor) {
    const about = { image, name, commit: plan.sha };
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
  return (await runPlanned(plan, { plan, runs: new Map(), ids: new Map() }, ports, 1)).result;
}

interface PlannedRuns {
  result: StageResult;
  runs: TestRun[];
  /** Name of each image that the tests vouch for → its id. */
  vouchedFor: ReadonlyMap<string, string>;
}

async function runPlanned(
  given: TestPlan,
  earlier: EarlierRuns,
  ports: TestPorts,
  atOnce: number,
): Promise<PlannedRuns> {
  const { plan } = earlier;
  const steps = new Steps(ports.log, ports.clock);
  for (const { name, reason } of plan.skipped) ports.log.info(`${name} is not run here: ${reason}`);
  const vouchedFor = new Map<string, string>();
  const ran = new Map(earlier.runs);
  if (plan.tests.length > 0) {
    const found = await steps.run('find the image', () => findImages(plan, ports));
    for (const [name, { id }] of found.vouchedFor) vouchedFor.set(name, id);
    await clearLeftovers(ports);
    const ready = plan.tests.map((test, index) => ({ test, image: found.runIn[index] as LocalImage }));
    for (const run of await runSideBySide(ready, plan, steps, ports, atOnce)) ran.set(run.name, run);
  }
  const before = await lastRun(given, ports);
  const runs = given.tests.flatMap(({ name }) => ran.get(name) ?? []).map((run) => comparedRun(run, before));
  await keepRun(given, runs, before, ports);
  for (const { image } of runs) {
    const id = earlier.ids.get(image);
    if (id !== undefined) vouchedFor.set(image, id);
  }
  return { result: testResult(given, runs, steps), runs, vouchedFor };
}

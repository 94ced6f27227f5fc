import { UserError } from '../../errors.ts';
import type { PushPlan } from '../../plan/push-plan.ts';
import type { Files, LocalImage } from '../../ports.ts';
import { readRecords, type TestRecord } from '../test/record.ts';

/**
 * Compares the image with what run-tests recorded in this job.
 * @returns a warning when tests of slipway.yml did not run here
 * @throws UserError when its tests failed, when a required test did not run, or when another image was tested for this commit
 */
export async function checkTested(
  plan: PushPlan,
  image: LocalImage,
  files: Pick<Files, 'list' | 'read'>,
): Promise<string | undefined> {
  const records = plan.recordsDir === undefined ? [] : await readRecords(files, plan.recordsDir);
  const ofCommit = records.filter((record) => record.commit === plan.sha);
  const own = ofCommit.find((record) => record.image === image.id && record.name === plan.name);
  const ran = (own?.suites ?? []).filter((suite) => suite.passed).map((suite) => suite.name);
  if (own?.passed !== false) refuseUntested(plan, ran);
  if (own?.passed) return partlyTested(plan, own);
  if (own) {
    const failed = own.suites.filter((suite) => !suite.passed).map((suite) => suite.name);
    throw new UserError(`${plan.image} is not pushed: its tests failed in this job (${failed.join(', ')})`, {
      remedy: 'Let the tests pass first; `continue-on-error` on run-tests does not permit a push.',
    });
  }
  const other = ofCommit.find((record) => record.name === plan.name);
  if (other) {
    throw new UserError(`${plan.image} is not the image that was tested in this job`, {
      details: [`tested: ${other.image}`, `to push: ${image.id}`],
      remedy: 'Build nothing between run-tests and push-to-registry. Give both the same `image`.',
    });
  }
  return plan.suites.length > 0
    ? `${plan.image} was not tested in this job, though slipway.yml names tests for it.`
    : undefined;
}

function refuseUntested({ image, required }: PushPlan, ran: readonly string[]): void {
  const missing = required.filter((name) => !ran.includes(name));
  if (missing.length === 0) return;
  throw new UserError(
    `${image} is not pushed: tests.required asks for ${missing.join(', ')}, which did not run in this job`,
    {
      remedy: 'Run run-tests between build-image and push-to-registry in one job, without `only`.',
    },
  );
}

/** Of a job that ran some of the tests only (`only`). */
function partlyTested({ image, suites: wanted }: PushPlan, { suites }: TestRecord): string | undefined {
  const missing = wanted.map(({ name }) => name).filter((test) => !suites.some(({ name }) => name === test));
  if (missing.length === 0) return undefined;
  return `${image} passed ${suites.map(({ name }) => name).join(', ')} in this job; not run: ${missing.join(', ')}.`;
}

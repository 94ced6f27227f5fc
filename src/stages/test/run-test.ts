import { basename, join, posix, relative } from 'node:path';
import { UserError } from '../../errors.ts';
import type { PlannedTest, TestPlan } from '../../plan/test-plan.ts';
import type { Files, LocalImage } from '../../ports.ts';
import { coverageOf } from './coverage/collect.ts';
import { failureAnnotations } from './junit/annotations.ts';
import { collectReport } from './junit/collect.ts';
import { readGlob } from './junit/glob.ts';
import type { PathMap } from './junit/locate.ts';
import type { TestPorts } from './ports.ts';
import { Problem } from './problem.ts';
import { type CommandRun, runCommand } from './run-command.ts';
import { Scope } from './scope.ts';
import { type RunningService, serviceLogs, startServices } from './services.ts';
import type { TestRun } from './test-run.ts';
import { judgeTest } from './verdict.ts';

/**
 * Runs one test of slipway.yml in the image with its services, and removes all its containers. A failed test is a result, not an
 * error.
 * @throws EnvironmentError when the engine fails; the reason of a cancellation
 */
export async function runTest(
  test: PlannedTest,
  image: LocalImage,
  plan: TestPlan,
  ports: TestPorts,
): Promise<TestRun> {
  const began = ports.clock.now();
  const scope = new Scope(test.name, test.timeoutMs, plan, ports);
  const services: RunningService[] = [];
  try {
    await scope.open();
    services.push(...(await startServices(test.services, scope, ports)));
    const command = await runCommand(test, image, services, scope, ports);
    const run = await assess(test, image, plan, command, ports, began);
    return run.passed ? run : { ...run, serviceLogs: await serviceLogs(services, ports) };
  } catch (error) {
    const answer = error instanceof Problem || error instanceof UserError;
    if (!answer || ports.signal.aborted) throw error;
    return { ...problemRun(test, error, ports.clock.now() - began), serviceLogs: await serviceLogs(services, ports) };
  } finally {
    await scope.close();
  }
}

async function assess(
  test: PlannedTest,
  image: LocalImage,
  plan: TestPlan,
  command: CommandRun,
  ports: TestPorts,
  began: number,
): Promise<TestRun> {
  const copied = await copyReport(test, image, plan, command, ports);
  const matched = test.report !== undefined && readGlob(test.report) !== undefined;
  const collected =
    copied === undefined ? undefined : await collectReport(ports.files, copied, command.startedAt, matched);
  const covered = await coverageOf(test, image, plan, command, ports);
  const { exitCode, oomKilled } = command;
  const verdict = judgeTest({ exitCode, oomKilled, report: test.report, collected });
  const { failed } = verdict;
  return {
    ...aboutOf(test),
    passed: verdict.passed,
    reason: verdict.reason,
    counts: verdict.counts,
    failed,
    details: verdict.passed || failed.length > 0 ? verdict.details : [...verdict.details, ...command.tail],
    remedy: verdict.remedy,
    flaky: verdict.flaky,
    warnings: [...verdict.warnings, ...covered.warnings],
    ...(covered.coverage === undefined ? {} : { coverage: covered.coverage }),
    annotations: failureAnnotations(test.name, failed, pathMap(test, image, plan, ports.files)),
    serviceLogs: [],
    report: copied,
    ms: ports.clock.now() - began,
  };
}

/** Copies the report out of the ended container; undefined without one. */
async function copyReport(
  test: PlannedTest,
  image: LocalImage,
  plan: TestPlan,
  { id }: CommandRun,
  { containers, files }: TestPorts,
): Promise<string | undefined> {
  if (test.report === undefined) return undefined;
  const folder = join(plan.reportsDir, test.name);
  await files.remove(folder);
  const glob = readGlob(test.report);
  if (glob) {
    const from = posix.resolve(image.workingDir, glob.folder);
    return (await containers.copyMatching(id, from, folder, glob.matches)) > 0 ? folder : undefined;
  }
  const inside = posix.resolve(image.workingDir, test.report);
  const target = join(folder, basename(inside));
  return (await containers.copyFrom(id, inside, target)) ? target : undefined;
}

/** Tests name files of the image, whose working directory is the context or the application's folder. */
function pathMap(test: PlannedTest, image: LocalImage, plan: TestPlan, files: Pick<Files, 'exists'>): PathMap {
  const workspace = process.cwd();
  return {
    imageDir: image.workingDir,
    folders: [
      ...new Set(
        [plan.images[test.image]?.contextDir ?? '.', plan.workingDirectory].map((folder) =>
          relative(workspace, folder),
        ),
      ),
    ],
    exists: (path: string) => files.exists(join(workspace, path)),
  };
}

function aboutOf({ name, image, target, hash }: PlannedTest): Pick<TestRun, 'name' | 'image' | 'target' | 'hash'> {
  return { name, image, target, hash };
}

function problemRun(test: PlannedTest, problem: Problem | UserError, ms: number): TestRun {
  return {
    ...aboutOf(test),
    passed: false,
    reason: problem.message,
    counts: undefined,
    failed: [],
    flaky: [],
    details: [...problem.details],
    remedy: problem.remedy,
    warnings: [],
    annotations: [],
    serviceLogs: [],
    report: undefined,
    ms,
  };
}

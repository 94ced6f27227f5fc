import { basename, join, posix } from 'node:path';
import { messageOf } from '../../../errors.ts';
import type { PlannedTest, TestPlan } from '../../../plan/test-plan.ts';
import type { LocalImage } from '../../../ports.ts';
import type { TestPorts } from '../ports.ts';
import type { CommandRun } from '../run-command.ts';
import { type Coverage, readCoverage } from './read.ts';

const MIB = 1024 * 1024;
const LARGEST = 64 * MIB;
/** Times in archives are whole seconds. */
const TOLERANCE_MS = 2_000;

export interface Covered {
  coverage?: Coverage;
  warnings: string[];
}

/** Copies and reads the coverage report out of the ended container. It decides nothing, so a problem with it is a warning. */
export async function coverageOf(
  { name, coverage: path }: PlannedTest,
  { workingDir }: LocalImage,
  { reportsDir }: TestPlan,
  { id, startedAt }: CommandRun,
  { containers, files }: TestPorts,
): Promise<Covered> {
  if (path === undefined) return { warnings: [] };
  const folder = join(reportsDir, `${name}-coverage`);
  const copy = join(folder, basename(path));
  await files.remove(folder);
  const warning = (text: string) => ({ warnings: [`the coverage report ${path} ${text}`] });
  if (!(await containers.copyFrom(id, posix.resolve(workingDir, path), copy))) return warning('was not written');
  const [file, ...others] = await files.list(copy);
  if (file === undefined || others.length > 0) return warning('is no file');
  if (file.modifiedMs < startedAt - TOLERANCE_MS) return warning('was in the image before the test ran');
  if (file.size > LARGEST) return warning(`is larger than ${LARGEST / MIB} MiB`);
  try {
    return { coverage: readCoverage((await files.read(file.path)) ?? Buffer.alloc(0)), warnings: [] };
  } catch (error) {
    return warning(`is not understood: ${messageOf(error)}`);
  }
}

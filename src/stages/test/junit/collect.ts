import { basename } from 'node:path';
import { messageOf } from '../../../errors.ts';
import type { Files } from '../../../ports.ts';
import { parseJUnit } from './parse.ts';
import type { TestCase } from './report.ts';

/** What the report of a test holds. */
export interface Collected {
  /** Files that were read. */
  files: number;
  cases: TestCase[];
  /** One sentence per file that is no JUnit report, or is older than the run. */
  problems: string[];
}

const LARGEST = 64 * 1024 * 1024;
/** Times in archives are whole seconds. */
const TOLERANCE_MS = 2_000;

/**
 * Reads a report that was copied out of the image: a file, or all *.xml of a folder. A file that is older than the run was
 * part of the image and says nothing about the run.
 * @param since milliseconds since the epoch: when the run began
 */
export async function collectReport(
  files: Pick<Files, 'list' | 'read'>,
  path: string,
  since: number,
): Promise<Collected> {
  const collected: Collected = { files: 0, cases: [], problems: [] };
  for (const file of await files.list(path)) {
    if (file.path !== path && !file.path.endsWith('.xml')) continue;
    const name = basename(file.path);
    if (file.modifiedMs < since - TOLERANCE_MS) collected.problems.push(`${name} was in the image before the test ran`);
    else if (file.size > LARGEST) collected.problems.push(`${name} is larger than ${LARGEST / 1024 / 1024} MiB`);
    else readInto(collected, await files.read(file.path), name);
  }
  return collected;
}

function readInto(collected: Collected, content: Buffer | undefined, name: string): void {
  try {
    if (content === undefined) throw new Error('it cannot be read');
    collected.cases.push(...parseJUnit(content.toString('utf8')));
    collected.files++;
  } catch (error) {
    collected.problems.push(`${name} is not a JUnit report: ${messageOf(error)}`);
  }
}

import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../../../errors.ts';
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
 * Reads a report that was copied out of the image: a file, or all *.xml of a folder. Links are not followed: the image's
 * content must not make us read this machine's files. What was written before the run was in the image already and says
 * nothing about it.
 * @param since milliseconds since the epoch: when the run began
 */
export async function collectReport(path: string, since: number): Promise<Collected> {
  const collected: Collected = { files: 0, cases: [], problems: [] };
  for (const file of await xmlFiles(path)) {
    const name = basename(file);
    const { mtimeMs, size } = await lstat(file);
    if (mtimeMs < since - TOLERANCE_MS) collected.problems.push(`${name} was in the image before the test ran`);
    else if (size > LARGEST) collected.problems.push(`${name} is larger than ${LARGEST / 1024 / 1024} MiB`);
    else await readInto(collected, file, name);
  }
  return collected;
}

async function readInto(collected: Collected, file: string, name: string): Promise<void> {
  try {
    collected.cases.push(...parseJUnit(await readFile(file, 'utf8')));
    collected.files++;
  } catch (error) {
    collected.problems.push(`${name} is not a JUnit report: ${messageOf(error)}`);
  }
}

async function xmlFiles(path: string): Promise<string[]> {
  const found = await lstat(path);
  if (found.isFile()) return [path];
  if (!found.isDirectory()) return [];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.xml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

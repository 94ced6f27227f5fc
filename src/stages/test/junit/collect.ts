import { basename, relative } from 'node:path';
import { messageOf } from '../../../errors.ts';
import type { Files, FoundFile } from '../../../ports.ts';
import { decodeXml } from './decode.ts';
import { NotATestReport, readReport } from './parse.ts';
import { addCounts, type Counts, countCases, type TestCase } from './report.ts';
import { joinReruns } from './reruns.ts';

/** The content of a test report. */
export interface Collected {
  /** Files that were read. */
  files: number;
  counts: Counts;
  failed: TestCase[];
  flaky: TestCase[];
  /** Oddities that do not decide, such as a file that is older than the run, or no test report. */
  notes: string[];
  /** One sentence per file that may hold failures, and cannot be read. */
  unread: string[];
}

const MIB = 1024 * 1024;
/** Bytes of one file, and of all files. */
const LARGEST = 64 * MIB;
const LARGEST_ALL = 512 * MIB;
/** Characters of the texts of all failures that are kept; further failures keep their message. */
const MOST_TEXT = 8 * MIB;
/** Times in archives are whole seconds. */
const TOLERANCE_MS = 2_000;

/**
 * Reads a report from the image: a file, or all *.xml and *.trx of a folder. A file that is older than the run was part of the
 * image, and does not describe the run.
 * @param since milliseconds since the epoch: when the run began
 * @param matched the files of the folder are those of a pattern, which may name reports of any ending
 */
export async function collectReport(
  files: Pick<Files, 'list' | 'read'>,
  path: string,
  since: number,
  matched = false,
): Promise<Collected> {
  const collected: Reading = {
    files: 0,
    counts: { passed: 0, failed: 0, skipped: 0 },
    failed: [],
    flaky: [],
    notes: [],
    unread: [],
    foreign: [],
  };
  const budget = { bytes: LARGEST_ALL, text: MOST_TEXT };
  const found = await files.list(path);
  const named = found.filter((file) => file.path === path || /\.(xml|trx)$/i.test(file.path));
  const reports = matched && named.length === 0 ? found : named;
  const others = matched ? found.length - reports.length : 0;
  if (others > 0) collected.notes.push(`${others} files are not read: they end neither in .xml nor in .trx`);
  for (const file of reports) {
    const name = relative(path, file.path) || basename(path);
    if (file.modifiedMs < since - TOLERANCE_MS) collected.notes.push(`${name} was in the image before the test ran`);
    else await readInto(collected, file, name, budget, files);
  }
  // A folder may hold other XML beside its reports. Other XML alone is an unknown report.
  const { files: read, foreign, notes, unread, ...rest } = collected;
  return read === 0
    ? { ...rest, files: read, notes, unread: [...unread, ...foreign] }
    : { ...rest, files: read, notes: [...notes, ...foreign], unread };
}

/** `foreign`: one sentence per file that is XML and no test report. */
type Reading = Collected & { foreign: string[] };

async function readInto(
  collected: Reading,
  { path, size }: FoundFile,
  name: string,
  budget: { bytes: number; text: number },
  files: Pick<Files, 'read'>,
): Promise<void> {
  budget.bytes -= size;
  if (size > LARGEST) return void collected.unread.push(`${name} is larger than ${LARGEST / MIB} MiB`);
  if (budget.bytes < 0)
    return void collected.unread.push(`${name}: all files together exceed ${LARGEST_ALL / MIB} MiB`);
  try {
    const content = await files.read(path);
    if (content === undefined) throw new Error('it was deleted during the run');
    const report = readReport(decodeXml(content));
    const cases = joinReruns(report.cases);
    collected.files++;
    if (report.stated > 0 && !cases.some(({ status }) => status === 'failed' || status === 'flaky'))
      collected.notes.push(`${name} states ${report.stated} failures, and none of its cases failed`);
    collected.counts = addCounts([collected.counts, countCases(cases)]);
    for (const one of cases) {
      if (one.status === 'failed') collected.failed.push(within(budget, one));
      else if (one.status === 'flaky') collected.flaky.push(within(budget, one));
    }
  } catch (error) {
    const problem = `${name} is not understood: ${messageOf(error)}`;
    (error instanceof NotATestReport ? collected.foreign : collected.unread).push(problem);
  }
}

/** A case to keep. Copies its names, since a part of a string keeps the whole file in memory. */
function within(budget: { text: number }, one: TestCase): TestCase {
  budget.text -= one.text.length;
  const copy = (text: string) => Buffer.from(text).toString();
  return { ...one, suite: copy(one.suite), name: copy(one.name), text: budget.text < 0 ? '' : one.text };
}

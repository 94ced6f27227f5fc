import { join } from 'node:path';
import type { Files } from '../../ports.ts';
import { percentagesOf } from './history/history.ts';
import type { Counts } from './junit/report.ts';
import type { TestRun } from './test-run.ts';

export interface TestedSuite {
  name: string;
  passed: boolean;
  counts: Counts | undefined;
  /** Percentages of the covered code. */
  coverage?: { lines: number; branches?: number | undefined } | undefined;
  /** The test ran in this stage of the Dockerfile, built with the image. */
  target?: string | undefined;
  /** Hash of its definition. */
  hash: string;
  /** URL of the earlier run in which it passed for the same sources; undefined: it ran in this job. */
  reusedFrom?: string | undefined;
}

/** The record of run-tests for push-to-registry: an image, its commit and the results of the tests that vouch for it. */
export interface TestRecord {
  /** Id of the image that is pushed. */
  image: string;
  /** Its name in slipway.yml. */
  name: string;
  commit: string;
  passed: boolean;
  suites: TestedSuite[];
  /** ISO 8601 */
  time: string;
}

/**
 * Writes the record of an image. A test that an earlier run-tests of the job ran, and this one did not (`only`), keeps its
 * result: a failure stays until the test passes.
 * @throws EnvironmentError
 */
export async function writeRecord(
  files: Pick<Files, 'list' | 'read' | 'write'>,
  folder: string,
  about: Pick<TestRecord, 'image' | 'name' | 'commit'>,
  runs: readonly TestRun[],
  now: number,
): Promise<void> {
  const earlier = (await readRecords(files, folder)).find((one) => describes(one, about));
  const again = new Set(runs.map(({ name }) => name));
  const suites = [
    ...(earlier?.suites ?? []).filter(({ name }) => !again.has(name)),
    ...runs.map(({ name, passed, counts, coverage, target, hash, reusedFrom }) => ({
      ...{ name, passed, counts, target, hash, reusedFrom },
      ...(coverage === undefined ? {} : { coverage: percentagesOf(coverage) }),
    })),
  ];
  const passed = suites.every((suite) => suite.passed);
  const record: TestRecord = { ...about, passed, suites, time: new Date(now).toISOString() };
  const file = `${about.name}-${about.image.replace(':', '-')}.json`;
  await files.write(join(folder, file), `${JSON.stringify(record, undefined, 2)}\n`);
}

function describes(
  record: TestRecord,
  { image, name, commit }: Pick<TestRecord, 'image' | 'name' | 'commit'>,
): boolean {
  return record.image === image && record.name === name && record.commit === commit;
}

/** All records of this job, the newest first. A record that cannot be read is left out: it proves nothing. */
export async function readRecords(files: Pick<Files, 'list' | 'read'>, folder: string): Promise<TestRecord[]> {
  const found = (await files.list(folder)).filter(({ path }) => path.endsWith('.json'));
  const records = await Promise.all(found.map(({ path }) => readRecord(files, path)));
  return records.filter((record) => record !== undefined).sort((a, b) => (a.time < b.time ? 1 : -1));
}

async function readRecord(files: Pick<Files, 'read'>, path: string): Promise<TestRecord | undefined> {
  try {
    return JSON.parse(String(await files.read(path))) as TestRecord;
  } catch {
    return undefined;
  }
}

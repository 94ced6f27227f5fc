import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counts } from './junit/report.ts';
import type { TestRun } from './test-run.ts';

/** What run-tests leaves for push-to-registry: this image was tested for this commit, and how it went. */
export interface TestRecord {
  /** Image id. */
  image: string;
  commit: string;
  passed: boolean;
  suites: ({ name: string; passed: boolean } & { counts: Counts })[];
  /** ISO 8601 */
  time: string;
}

/** Writes the record of an image; a later one of the same image takes its place. */
export function writeRecord(
  folder: string,
  image: string,
  commit: string,
  runs: readonly TestRun[],
  now: number,
): void {
  const record: TestRecord = {
    image,
    commit,
    passed: runs.every((run) => run.passed),
    suites: runs.map(({ name, passed, counts }) => ({ name, passed, counts })),
    time: new Date(now).toISOString(),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${image.replace(':', '-')}.json`), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** All records of this job, the newest first. What cannot be read is left out: it proves nothing. */
export function readRecords(folder: string): TestRecord[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  const records = names.flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folder, name), 'utf8')) as TestRecord];
    } catch {
      return [];
    }
  });
  return records.sort((a, b) => (a.time < b.time ? 1 : -1));
}

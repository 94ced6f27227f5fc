import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFiles } from '../../../../src/adapters/files/local-files.ts';
import { readRecords, writeRecord } from '../../../../src/stages/test/record.ts';
import type { TestRun } from '../../../../src/stages/test/test-run.ts';

describe('the record of an image in one job', () => {
  const about = { image: 'sha256:1', name: 'parking', commit: 'c1' };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-record-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = async (results: Record<string, boolean>, of = about) => {
    const runs = Object.entries(results).map(([name, passed]) => ({ name, passed }) as TestRun);
    await writeRecord(localFiles, folder, of, runs, 0);
    return (await readRecords(localFiles, folder)).find(({ commit }) => commit === of.commit);
  };

  it('keeps the failure of a test that a later run-tests does not run', async () => {
    await write({ unit: false, api: true });
    const record = await write({ api: true });
    expect(record).toMatchObject({ passed: false });
    expect(record?.suites.map(({ name, passed }) => [name, passed])).toEqual([
      ['unit', false],
      ['api', true],
    ]);
  });

  it('takes the later result of a test that runs twice', async () => {
    await write({ unit: false });
    expect(await write({ unit: true })).toMatchObject({ passed: true, suites: [{ name: 'unit', passed: true }] });
  });

  it('takes nothing from another commit', async () => {
    await write({ unit: false });
    expect(await write({ api: true }, { ...about, commit: 'c2' })).toMatchObject({ passed: true });
  });
});

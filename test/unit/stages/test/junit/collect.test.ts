import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFiles } from '../../../../../src/adapters/files/local-files.ts';
import { collectReport } from '../../../../../src/stages/test/junit/collect.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const XML = '<testsuite name="s"><testcase name="a"/></testsuite>';
const write = (path: string, text = XML) => writeFileSync(join(folder, path), text);
const before = Date.now() - 60_000;

describe('a report that was copied out of the image', () => {
  it('is a file, or all XML of a folder', async () => {
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    write('a.xml');
    write('deep/er/b.xml');
    write('deep/notes.txt', 'x');
    expect(await collectReport(localFiles, join(folder, 'a.xml'), before)).toMatchObject({ files: 1, problems: [] });
    const all = await collectReport(localFiles, folder, before);
    expect(all).toMatchObject({ files: 2, problems: [] });
    expect(all.cases).toHaveLength(2);
  });

  it('never leads to a file of this machine', async () => {
    write('secret.txt', XML);
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'link.xml'));
    expect(await collectReport(localFiles, join(folder, 'link.xml'), before)).toEqual({
      files: 0,
      cases: [],
      problems: [],
    });
    expect((await collectReport(localFiles, folder, before)).files).toBe(0);
  });

  it('says nothing when it was in the image before', async () => {
    write('old.xml');
    utimesSync(join(folder, 'old.xml'), new Date(before - 3_600_000), new Date(before - 3_600_000));
    expect(await collectReport(localFiles, folder, before)).toEqual({
      files: 0,
      cases: [],
      problems: ['old.xml was in the image before the test ran'],
    });
  });

  it('names what is no report and takes the rest', async () => {
    write('a.xml');
    write('b.xml', 'oops');
    const collected = await collectReport(localFiles, folder, before);
    expect(collected.files).toBe(1);
    expect(collected.problems).toEqual([expect.stringMatching(/^b\.xml is not a JUnit report: it is not XML/)]);
  });
});

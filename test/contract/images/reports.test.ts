import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { collectReport } from '../../../src/stages/test/junit/collect.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

let folder: string;
beforeEach(() => {
  folder = scratchFolder();
});

const write = (path: string, content: string | Buffer) => writeFileSync(join(folder, path), content);
const collect = () => collectReport(localFiles, folder, Date.now() - 60_000);

describe('a large report', () => {
  it('SEC-8: of 130,000 cases, of which one failed, is read to its end', async () => {
    const cases = Array.from({ length: 130_000 }, (_, index) => `<testcase classname="C" name="case ${index}"/>`);
    cases[129_990] = '<testcase classname="C" name="bad"><failure message="no"/></testcase>';
    write('a.xml', `<testsuite>${cases.join('')}</testsuite>`);
    const { files, counts, failed, unread } = await collect();
    expect([files, counts, unread]).toEqual([1, { passed: 129_999, failed: 1, skipped: 0 }, []]);
    expect(failed).toMatchObject([{ suite: 'C', name: 'bad', message: 'no' }]);
  }, 120_000);

  it('SEC-8: keeps the messages of many failures, and the texts of the first ones', async () => {
    const one = (index: number) =>
      `<testcase name="${index}"><failure message="m${index}">${'x'.repeat(20_000)}</failure></testcase>`;
    write('a.xml', `<testsuite>${Array.from({ length: 600 }, (_, index) => one(index)).join('')}</testsuite>`);
    const { failed } = await collect();
    expect(failed).toHaveLength(600);
    expect(failed.at(-1)).toMatchObject({ message: 'm599', text: '' });
    expect(failed.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(9 << 20);
  });

  it('SEC-8: larger than 64 MiB is unread', async () => {
    write('a.xml', Buffer.alloc((64 << 20) + 1, ' '));
    expect((await collect()).unread).toEqual(['a.xml is larger than 64 MiB']);
  });
});

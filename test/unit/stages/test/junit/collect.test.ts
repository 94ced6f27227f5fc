import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { localFiles } from '../../../../../src/adapters/files/local-files.ts';
import { collectReport } from '../../../../../src/stages/test/junit/collect.ts';
import { scratchFolder } from '../../../../support/runner/scratch.ts';

let folder: string;
beforeEach(() => {
  folder = scratchFolder();
});

const XML = '<testsuite name="s"><testcase name="a"/></testsuite>';
const write = (path: string, content: string | Buffer = XML) => writeFileSync(join(folder, path), content);
const before = Date.now() - 60_000;
const collect = (path = folder) => collectReport(localFiles, path, before);

describe('a report that was copied out of the image', () => {
  it('is a file, or all XML of a folder', async () => {
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    write('a.xml');
    write('deep/er/b.xml');
    write('deep/notes.txt', 'x');
    expect(await collect(join(folder, 'a.xml'))).toMatchObject({ files: 1, notes: [], unread: [] });
    expect(await collect()).toMatchObject({ files: 2, counts: { passed: 2 }, notes: [], unread: [] });
  });

  it('may have any ending where a pattern names it', async () => {
    const byPattern = () => collectReport(localFiles, folder, before, true);
    write('unit.junit', '<testsuite><testcase name="a"><failure/></testcase></testsuite>');
    expect(await byPattern()).toMatchObject({ files: 1, counts: { failed: 1 }, notes: [] });
    write('a.xml');
    const notes = ['1 files are not read: they end neither in .xml nor in .trx'];
    expect(await byPattern()).toMatchObject({ files: 1, counts: { passed: 1, failed: 0 }, notes });
  });

  it('is odd when it states failures and shows none', async () => {
    write('a.xml', '<testsuites failures="2"><testsuite><testcase name="a"/></testsuite></testsuites>');
    expect((await collect()).notes).toEqual(['a.xml states 2 failures, and none of its cases failed']);
    write('a.xml', '<testsuite failures="1"><testcase name="a"><flakyFailure/></testcase></testsuite>');
    expect((await collect()).notes).toEqual([]);
  });

  it('never leads to a file of this machine', async () => {
    write('secret.txt', XML);
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'link.xml'));
    expect((await collect(join(folder, 'link.xml'))).files).toBe(0);
    expect((await collect()).files).toBe(0);
  });

  it('says nothing when it was in the image before', async () => {
    write('old.xml');
    utimesSync(join(folder, 'old.xml'), new Date(before - 3_600_000), new Date(before - 3_600_000));
    expect(await collect()).toMatchObject({
      files: 0,
      notes: ['old.xml was in the image before the test ran'],
      unread: [],
    });
  });

  it('SEC-8: is unread when it is no XML, though other files are read', async () => {
    write('a.xml');
    write('b.xml', 'oops');
    const collected = await collect();
    expect(collected.files).toBe(1);
    expect(collected.unread).toEqual([expect.stringMatching(/^b\.xml is not understood: it is not XML/)]);
  });

  it('may lie beside XML of another kind, and is unread when it is of another kind itself', async () => {
    write('coverage.xml', '<coverage/>');
    const alone = await collect();
    expect(alone.unread).toEqual([expect.stringContaining('its outermost element is <coverage>')]);
    write('a.xml');
    const beside = await collect();
    expect(beside).toMatchObject({ files: 1, unread: [], notes: [expect.stringContaining('<coverage>')] });
  });

  it.each([
    ['ISO-8859-1', Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>\n', 'latin1'), 'latin1' as const],
    ['UTF-16 with a mark', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?>', 'utf16le'), 'utf16le' as const],
    ['UTF-16 without a mark', Buffer.from('<?xml version="1.0" encoding="UTF-16"?>', 'utf16le'), 'utf16le' as const],
    ['UTF-8 with a mark', Buffer.from('\ufeff<?xml version="1.0"?>'), 'utf8' as const],
    ['UTF-8', Buffer.from("<?xml version='1.0' encoding='utf-8'?>"), 'utf8' as const],
  ])('hb-18: in %s, as its declaration says', async (_name, declaration, encoding) => {
    const text = '<testsuite><testcase name="réservé à l’été"><failure message="é"/></testcase></testsuite>'.replace(
      '’',
      "'",
    );
    write('a.xml', Buffer.concat([declaration, Buffer.from(text, encoding)]));
    expect(await collect()).toMatchObject({ unread: [], failed: [{ name: "réservé à l'été", message: 'é' }] });
  });

  it('hb-18: in an encoding that is not known is unread', async () => {
    write('a.xml', '<?xml version="1.0" encoding="x-none"?><testsuite/>');
    expect((await collect()).unread).toEqual(['a.xml is not understood: its encoding "x-none" is not known']);
  });
});

import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { savedImages } from '../../../../../src/adapters/docker/archive/saved-images.ts';
import { Budget, type LIMITS } from '../../../../../src/adapters/docker/content/budget.ts';
import { ContentLayer, visibleIn } from '../../../../../src/adapters/docker/content/content-layer.ts';
import { readSaved, Saved } from '../../../../../src/adapters/docker/content/read-saved.ts';
import { END, file, header, layout, saved } from '../../../../support/images/archives.ts';

const wanted = (path: string) => {
  if (path.endsWith('.jar')) return 'archive';
  return path.endsWith('.lock') ? 'whole' : path.endsWith('/META') ? 'start' : undefined;
};
const layer = (...entries: Buffer[]) => Buffer.concat([...entries, END]);
const read = (...layers: Buffer[]) => readArchive(Buffer.concat([saved({ layers }), END]));
const readArchive = async (archive: Buffer) => {
  const pieces = Array.from({ length: Math.ceil(archive.length / 1000) }, (_, at) =>
    archive.subarray(at * 1000, at * 1000 + 1000),
  );
  const result = await savedIn(Readable.from(pieces));
  const [image] = savedImages(result.texts);
  const gaps = [...result.unread.values()];
  const visible = visibleIn((image?.layers ?? []).flatMap((name) => result.layers.get(name) ?? []));
  return { ...visible, gaps: [...visible.gaps, ...gaps] };
};
async function savedIn(source: Readable, limits?: Partial<typeof LIMITS>): Promise<Saved<ContentLayer>> {
  const budget = new Budget(limits);
  const result = new Saved<ContentLayer>();
  await readSaved(source, result, () => new ContentLayer(wanted, budget), budget);
  return result;
}
const texts = async (...layers: Buffer[]) =>
  Object.fromEntries([...(await read(...layers)).files].map(([path, content]) => [path, String(content)]));

/** A layer with a.lock, made by the program zstd. */
const ZSTANDARD = 'KLUv/WQAB9UBAMICCRCwqQMkCmKbJM/eS8ZsSQEytX5RqrQ6KIrH99p/7/C/hRwTMgcgcB/7/XiOOmDyhEsEhqOTMwK5YFsY';

/** A program as Go links it: the magic, two strings with their lengths, and marks around the modules. */
function program(go: string, modules: string): Buffer {
  const mark = randomBytes(16);
  const body = Buffer.concat([mark, Buffer.from(modules), mark]);
  const head = Buffer.alloc(32);
  head.write('\xff Go buildinf:', 0, 'latin1');
  head[14] = 8;
  head[15] = 2;
  const length = (value: number) => Buffer.from(value < 128 ? [value] : [(value & 0x7f) | 0x80, value >> 7]);
  const magicAlone = Buffer.from('\xff Go buildinf:', 'latin1');
  const info = [head, length(go.length), Buffer.from(go), length(body.length), body];
  return Buffer.concat([Buffer.alloc(300_001), magicAlone, Buffer.alloc(299_999), ...info, Buffer.alloc(1000)]);
}

function executable(name: string, content: Buffer): Buffer {
  const entry = file(name, content);
  entry.write('0000755\0', 100);
  entry.write('        ', 148);
  let sum = 0;
  for (const byte of entry.subarray(0, 512)) sum += byte;
  entry.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return entry;
}

describe('the content of a saved image', () => {
  it('is that of its last layer, and of those below', async () => {
    expect(
      await texts(
        layer(file('app/a.lock', '1'), file('app/b.lock', '1'), file('other', 'x')),
        layer(file('./app/a.lock', '2')),
      ),
    ).toEqual({ 'app/a.lock': '2', 'app/b.lock': '1' });
  });

  it.each<[string, Buffer[], string[]]>([
    ['a whiteout of a file', [file('app/.wh.a.lock', '')], ['app/b.lock', 'top.lock']],
    ['a whiteout of a folder', [file('.wh.app', '')], ['top.lock']],
    ['an opaque folder', [file('app/.wh..wh..opq', ''), file('app/c.lock', '')], ['app/c.lock', 'top.lock']],
    ['an opaque root', [file('.wh..wh..opq', '')], []],
    ['a file in place of a folder', [file('app', 'now a file')], ['top.lock']],
    ['a link in place of a file', [header('top.lock', 0, '2', '/etc/passwd')], ['app/a.lock', 'app/b.lock']],
    [
      'a link behind a file of its own layer',
      [file('top.lock', 'x'), header('top.lock', 0, '2', 'x')],
      ['app/a.lock', 'app/b.lock'],
    ],
    ['a folder in place of a file', [header('top.lock/', 0, '5')], ['app/a.lock', 'app/b.lock']],
    [
      'a whiteout beside a file of its own layer',
      [file('app/.wh.a.lock', ''), file('app/a.lock', 'new')],
      ['app/a.lock', 'app/b.lock', 'top.lock'],
    ],
  ])('respects %s', async (_what, upper, expected) => {
    const lower = layer(file('app/a.lock', '1'), file('app/b.lock', '1'), file('top.lock', '1'));
    expect(Object.keys(await texts(lower, layer(...upper))).sort()).toEqual(expected);
  });

  it('follows hard links, also to a file of a layer below', async () => {
    const upper = layer(header('app/x.lock', 0, '1', 'app/a.lock'), file('app/.wh.a.lock', ''));
    expect(await texts(layer(file('app/a.lock', '1')), upper)).toEqual({ 'app/x.lock': '1' });
  });

  it('leaves out what leads outside of the root, and says so', async () => {
    const { files, gaps } = await read(
      layer(file('../evil.lock', 'x'), file('/abs.lock', 'y'), file('a/../../b.lock', 'z')),
    );
    expect([...files.keys()]).toEqual(['abs.lock']);
    expect(gaps).toEqual(['an entry outside of the root is left out']);
  });

  it('keeps the start of a file that is wanted so, and nothing of one that is too large', async () => {
    const { files, gaps } = await read(
      layer(file('p/META', 'x'.repeat(100_000)), file('huge.lock', Buffer.alloc(33 * 1024 * 1024))),
    );
    expect(files.get('p/META')).toHaveLength(16 * 1024);
    expect([...files.keys()]).toEqual(['p/META']);
    expect(gaps).toEqual(['/huge.lock is larger than 32 MiB']);
  });

  it('reads OCI’s layout and compressed layers', async () => {
    expect([...(await readArchive(layout())).files]).toEqual([]);
    const packed = gzipSync(layer(file('a.lock', '1')));
    expect(await texts(packed)).toEqual({ 'a.lock': '1' });
  });

  it('finds what Go wrote into a program, wherever its pieces begin, and not the magic alone', async () => {
    const modules = `dep\texample.com/a\tv1.0.0\n${'dep\texample.com/b\tv1.0.0\n'.repeat(20)}`;
    const { goPrograms } = await read(
      layer(executable('bin/app', program('go1.24.3', modules)), file('bin/data', program('go1.1', ''))),
    );
    expect([...goPrograms]).toEqual([['bin/app', { go: 'go1.24.3', modules }]]);
  });

  it.each<[string, Partial<typeof LIMITS>, string]>([
    ['entries', { entries: 99 }, 'its layers hold too many entries'],
    ['bytes that compress well', { bytes: 40_000 }, 'its layers are too large'],
    ['characters in paths', { paths: 99 }, 'the paths in its layers are too long'],
    ['wanted files', { files: 49 }, 'too many of its files would be read'],
    ['bytes of wanted files', { kept: 49 }, 'its files that would be read are too large'],
  ])('is refused with too many %s', async (_what, limits, message) => {
    const own = Array.from({ length: 50 }, (_, at) => [file(`${at}.lock`, 'x'), header(`${at}`, 0)]).flat();
    await expect(read(gzipSync(layer(...own)))).resolves.toBeDefined();
    const archive = Buffer.concat([saved({ layers: [gzipSync(layer(...own))] }), END]);
    await expect(savedIn(Readable.from([archive]), limits)).rejects.toThrow(message);
  });

  it('keeps what archives of Java say, and names those that are not understood', async () => {
    // The end of an archive without files.
    const empty = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
    const lower = layer(file('a.jar', empty), file('b.jar', empty), file('c.jar', 'x'));
    const { javaArchives, gaps } = await read(lower, layer(file('.wh.b.jar', ''), header('d.jar', 0, '1', 'a.jar')));
    expect([...javaArchives]).toEqual([
      ['a.jar', [{ path: 'a.jar', properties: [], manifest: '' }]],
      ['d.jar', [{ path: 'a.jar', properties: [], manifest: '' }]],
    ]);
    expect(gaps).toEqual(['/c.jar is not understood: it is no archive']);
  });

  it('says which links and entries it cannot read', async () => {
    const path = `${'deep/'.repeat(900)}a.lock`;
    const long = [header('././@LongLink', path.length, 'L'), Buffer.from(path.padEnd(5_120, '\0')), file('short', 'x')];
    const links = [header('a.lock', 0, '1', 'other'), header('b.lock', 0, '1', 'nowhere')];
    const lower = layer(file('other', 'x'), ...links);
    const { files, gaps } = await read(lower, layer(file('.wh.b.lock', ''), ...long));
    expect([...files.keys()]).toEqual([]);
    expect(gaps.sort()).toEqual([
      '/a.lock is a link to a file that is not read',
      'a path with more than 4096 characters is left out',
    ]);
    for (const sparse of [header('s.lock', 0, 'S'), file('x/GNUSparseFile.0/t.lock', 'x')])
      expect((await read(layer(sparse))).gaps).toEqual(['an entry of an unknown kind is left out']);
  });

  it('is that of a layer that occurs twice, as the last one shows it', async () => {
    const layers = [layer(file('a.lock', '1')), layer(file('.wh.a.lock', ''))];
    const result = await savedIn(Readable.from([Buffer.concat([saved({ layers }), END])]));
    const both = [...result.layers.values()];
    expect([...visibleIn(both).files.keys()]).toEqual([]);
    expect([...visibleIn([...both, ...both.slice(0, 1)]).files.keys()]).toEqual(['a.lock']);
  });

  it('reads layers that are compressed with Zstandard, and says so where this Node cannot', async () => {
    const packed = Buffer.from(ZSTANDARD, 'base64');
    const { files, gaps } = await read(packed);
    const canRead = 'createZstdDecompress' in zlib;
    expect(canRead ? String(files.get('a.lock')) : gaps[0]).toMatch(
      canRead ? /^1$/ : /^a layer is compressed with Zstandard, which Node \d+\.\S+ cannot read$/,
    );
  });

  it('is refused when an entry says that it is larger than its layer', async () => {
    await expect(read(layer(header('x', 0o77777777777)))).rejects.toThrow();
  });

  it('is refused when a layer is no archive', async () => {
    await expect(read(gzipSync(randomBytes(4096)))).rejects.toThrow();
    await expect(read(layer(file('a.lock', '1')).subarray(0, 700))).rejects.toThrow();
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterAll, describe, expect, it } from 'vitest';
import { scanned } from '../../../../../src/adapters/docker/content/scan-layers.ts';
import { END, header, index, saved } from '../../../../support/images/archives.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

const TOKEN = `ghp_${'aB3dE6gH9j'.repeat(3)}kLmN12`;
const blob = (digit: string) => `blobs/sha256/${digit.repeat(64)}`;

function tarOf(files: Record<string, string | Buffer>): Buffer {
  const cwd = join(folder, String(count++));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
  create({ cwd, file: `${cwd}.tar`, sync: true, portable: true }, Object.keys(files));
  return readFileSync(`${cwd}.tar`);
}

const scan = (source: Readable, limits = {}) => scanned((read) => read(source), limits);
/** In small pieces, as a pipe delivers them. */
const inPieces = (archive: Buffer) =>
  scan(
    Readable.from(
      Array.from({ length: Math.ceil(archive.length / 700) }, (_, at) => archive.subarray(at * 700, at * 700 + 700)),
    ),
  );

/** The layers in the order of the image; in the archive, the newest is first. */
const imageOf = (...layers: Buffer[]) =>
  tarOf({
    ...Object.fromEntries(layers.map((layer, index) => [blob(String(index)), layer] as const).reverse()),
    [blob('f')]: '{"config":{}}',
    'manifest.json': JSON.stringify([{ Config: blob('f'), Layers: layers.map((_, index) => blob(String(index))) }]),
  });

describe('the layers of a saved image', () => {
  it('are read for credentials, compressed or not', async () => {
    const first = tarOf({ 'app/.env': `GITHUB=${TOKEN}\n`, 'app/main.js': 'run()', 'usr/lib/x/a.js': TOKEN });
    const second = gzipSync(tarOf({ 'root/.npmrc': '//registry.npmjs.org/:_authToken=abcdefghij\n' }));
    const { secrets, partial } = await inPieces(imageOf(first, second));
    expect(secrets).toEqual([
      { path: '/app/.env', what: 'a GitHub token', certain: true, deleted: false },
      { path: '/root/.npmrc', what: 'an npm sign-in', certain: true, deleted: false },
    ]);
    expect(partial).toBeUndefined();
  });

  it('keep what a later one removes', async () => {
    const first = tarOf({
      'app/.env': `GITHUB=${TOKEN}\n`,
      'app/big.bin': 'x'.repeat(5_000),
      'app/node_modules/a/b.js': 'y'.repeat(300),
    });
    const { secrets, lost, largest } = await inPieces(
      imageOf(first, tarOf({ 'app/.wh..env': '', 'app/.wh.big.bin': '' })),
    );
    expect(secrets).toMatchObject([{ path: '/app/.env', deleted: true }]);
    expect(lost).toBe(5_000 + `GITHUB=${TOKEN}\n`.length);
    expect(largest).toEqual([{ path: '/app/node_modules', bytes: 300 }]);
  });

  it('are those of every platform for credentials, and of the first one for sizes', async () => {
    const amd64 = [tarOf({ 'app/a.bin': 'x'.repeat(3_000), 'app/.env': TOKEN }), tarOf({ 'app/.wh..env': '' })];
    const arm64 = [tarOf({ 'app/a.bin': 'x'.repeat(9_000) }), tarOf({ 'app/.env': TOKEN, 'app/.npmrc': TOKEN })];
    const { secrets, largest, lost, partial } = await inPieces(index({ amd64, arm64 }));
    expect(secrets).toMatchObject([
      { path: '/app/.env', deleted: false },
      { path: '/app/.npmrc', deleted: false },
    ]);
    expect(largest).toEqual([{ path: '/app', bytes: 3_000 }]);
    expect(lost).toBe(TOKEN.length);
    expect(partial).toBeUndefined();
  });

  it('are read beside large statements of the builder', async () => {
    const about = JSON.stringify({ predicate: 'x'.repeat(9_000_000) });
    const { secrets } = await inPieces(index({ amd64: [tarOf({ 'app/.env': TOKEN })] }, about));
    expect(secrets).toMatchObject([{ path: '/app/.env' }]);
  });

  it('are those of the engine, also where one occurs twice', async () => {
    const first = tarOf({ 'a/big.bin': 'x'.repeat(100), 'b/c': 'x' });
    const second = tarOf({ 'a/.wh..wh..opq': '', 'b/.wh.c': '' });
    const archive = imageOf(first, second);
    const { largest, lost } = await inPieces(archive);
    expect([largest, lost]).toEqual([[], 101]);
    const again = Buffer.from(archive);
    const at = again.indexOf(`"${blob('1')}"`);
    again.write(`"${blob('0')}"`, at);
    expect(await inPieces(again)).toMatchObject({
      lost: 101,
      largest: [
        { path: '/a', bytes: 100 },
        { path: '/b', bytes: 1 },
      ],
    });
  });

  it('hide what is below, whatever they say about another file in its folder', async () => {
    const layers = [
      tarOf({ 'a/y': 'x'.repeat(10) }),
      tarOf({ '.wh.a': '', 'a/z': 'x'.repeat(200) }),
      tarOf({ 'a/w': 'x' }),
    ];
    expect(await inPieces(imageOf(...layers))).toMatchObject({ lost: 10, largest: [{ path: '/a', bytes: 201 }] });
  });

  it('of an archive that ends early are read as far as it goes', async () => {
    const archive = imageOf(tarOf({ 'app/.env': TOKEN }), tarOf({ 'app/.wh..env': '' }));
    const source = new PassThrough();
    const scanning = scan(source);
    source.write(archive.subarray(0, archive.length - 3_000));
    await new Promise((resolve) => setImmediate(resolve));
    source.destroy(new Error('saving it took too long'));
    expect(await scanning).toMatchObject({
      partial: 'saving it took too long',
      secrets: [{ path: '/app/.env', deleted: false }],
    });
  });

  it('that are too many end the reading, and that is said', async () => {
    const many = Buffer.concat([...Array.from({ length: 20 }, (_, at) => header(`${at}`, 0)), END]);
    const archive = Buffer.concat([saved({ layers: [gzipSync(many)] }), END]);
    expect((await scan(Readable.from([archive]))).partial).toBeUndefined();
    expect(await scan(Readable.from([archive]), { entries: 19 })).toMatchObject({
      partial: 'its layers hold too many entries',
    });
  });
});

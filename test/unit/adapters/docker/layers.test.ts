import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterAll, describe, expect, it } from 'vitest';
import { ArchiveReader } from '../../../../src/adapters/docker/layers.ts';
import { index } from '../../../support/images/archives.ts';

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

async function scanned(archive: Buffer) {
  const reader = new ArchiveReader();
  // In small pieces, as a pipe delivers them.
  const pieces = Array.from({ length: Math.ceil(archive.length / 700) }, (_, at) =>
    archive.subarray(at * 700, at * 700 + 700),
  );
  await pipeline(Readable.from(pieces), reader.sink);
  return reader.result(undefined);
}

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
    const { secrets, partial } = await scanned(imageOf(first, second));
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
    const { secrets, lost, largest } = await scanned(
      imageOf(first, tarOf({ 'app/.wh..env': '', 'app/.wh.big.bin': '' })),
    );
    expect(secrets).toMatchObject([{ path: '/app/.env', deleted: true }]);
    expect(lost).toBe(5_000 + `GITHUB=${TOKEN}\n`.length);
    expect(largest).toEqual([{ path: '/app/node_modules', bytes: 300 }]);
  });

  it('are those of every platform for credentials, and of the first one for sizes', async () => {
    const amd64 = [tarOf({ 'app/a.bin': 'x'.repeat(3_000), 'app/.env': TOKEN }), tarOf({ 'app/.wh..env': '' })];
    const arm64 = [tarOf({ 'app/a.bin': 'x'.repeat(9_000) }), tarOf({ 'app/.env': TOKEN, 'app/.npmrc': TOKEN })];
    const { secrets, largest, lost, partial } = await scanned(index({ amd64, arm64 }));
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
    const { secrets } = await scanned(index({ amd64: [tarOf({ 'app/.env': TOKEN })] }, about));
    expect(secrets).toMatchObject([{ path: '/app/.env' }]);
  });

  it('of an archive that ends early are read as far as it goes', async () => {
    const archive = imageOf(tarOf({ 'app/.env': TOKEN }));
    const reader = new ArchiveReader();
    reader.sink.write(archive.subarray(0, 700));
    expect(await reader.result('saving it took too long')).toMatchObject({ partial: 'saving it took too long' });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { platformsIn } from '../../../../../src/adapters/docker/archive/platforms.ts';
import { END, file, index, LAYER, layer, layout, saved, sha } from '../../../../support/images/archives.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-platforms-'));
afterAll(() => rmSync(folder, { recursive: true }));

const platforms = (archive: Buffer) => {
  const path = join(folder, 'image.tar');
  writeFileSync(path, archive);
  return platformsIn(path);
};

it('names the platforms that an archive of the containerd image store holds', async () => {
  expect(await platforms(index({ amd64: [layer('a')], arm64: [layer('b')] }))).toEqual(['linux/amd64', 'linux/arm64']);
});

it('names none of an image of one platform without an index', async () => {
  expect(await platforms(layout())).toEqual([]);
  expect(await platforms(Buffer.concat([saved(), END]))).toEqual([]);
});

const [HELD, ABSENT] = [LAYER, 'absent'].map((content) => `sha256:${sha(content)}`);
/** An archive with this index, which holds one blob. */
const indexed = (...indexes: string[]) =>
  Buffer.concat([
    ...indexes.slice(1).map((text) => file(`blobs/sha256/${sha(text)}`, text)),
    file(`blobs/sha256/${sha(LAYER)}`, LAYER),
    file('index.json', indexes[0] ?? ''),
    saved(),
    END,
  ]);
const LINUX = { os: 'linux', architecture: 'amd64' };
const indexOf = (...manifests: object[]) => JSON.stringify({ manifests });

it('names a variant', async () => {
  const arm = { os: 'linux', architecture: 'arm', variant: 'v7' };
  expect(await platforms(indexed(indexOf({ digest: HELD, platform: arm })))).toEqual(['linux/arm/v7']);
});

it('reads the first ten of nested indexes', async () => {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const nested = Array.from({ length: 11 }, (_, at) =>
    indexOf({ digest: HELD, platform: { ...LINUX, architecture: `a${at}` } }),
  );
  const all = indexOf(...nested.map((text) => ({ mediaType, digest: `sha256:${sha(text)}` })));
  expect(await platforms(indexed(all, ...nested))).toHaveLength(10);
});

it.each([
  ['no JSON', ''],
  ['no index', '{"manifests":7}'],
  ['a platform that the archive does not hold', indexOf({ digest: ABSENT, platform: LINUX })],
  ['colours', indexOf({ digest: HELD, platform: { ...LINUX, os: '\u001b[31m' } })],
  ['too many', indexOf(...Array(101).fill({ digest: HELD, platform: LINUX }))],
  ['too large', `${indexOf({ digest: HELD, platform: LINUX })}${' '.repeat(256 * 1024)}`],
])('reads nothing from an index: %s', async (_what, text) => {
  expect(await platforms(indexed(text))).toEqual([]);
});

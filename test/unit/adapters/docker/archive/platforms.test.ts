import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { platformsIn } from '../../../../../src/adapters/docker/archive/platforms.ts';
import { END, file, index, layer, layout, saved } from '../../../../support/images/archives.ts';

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

it.each([
  ['', 'no JSON'],
  ['{"manifests":7}', 'no index'],
  [
    `{"manifests":[{"digest":"sha256:${'a'.repeat(64)}","platform":{"os":"\\u001b[31m","architecture":"x"}}]}`,
    'colours',
  ],
  [`{"manifests":[${`{"digest":"sha256:${'a'.repeat(64)}"},`.repeat(101)}{}]}`, 'too many'],
])('reads nothing from %#: %s', async (text) => {
  expect(await platforms(Buffer.concat([file('index.json', text), saved(), END]))).toEqual([]);
});

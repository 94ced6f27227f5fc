import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { savedImages } from '../../../../../src/adapters/docker/archive/saved-images.ts';
import { Budget } from '../../../../../src/adapters/docker/content/budget.ts';
import { ContentLayer } from '../../../../../src/adapters/docker/content/content-layer.ts';
import { readSaved, Saved } from '../../../../../src/adapters/docker/content/read-saved.ts';
import { config, END, index, LAYER, layer, layout, saved, sha } from '../../../../support/images/archives.ts';

async function savedIn(archive: Buffer): Promise<Saved<ContentLayer>> {
  const read = new Saved<ContentLayer>();
  const budget = new Budget();
  await readSaved(Readable.from([archive]), read, () => new ContentLayer(() => undefined, budget), budget);
  return read;
}
const textsOf = async (archive: Buffer) => (await savedIn(archive)).texts;
const found = async (archive: Buffer) => savedImages(await textsOf(archive));
const blob = (content: Buffer | string) => `blobs/sha256/${sha(content)}`;

describe('the images of an archive', () => {
  it('are those of manifest.json before version 25 of Docker', async () => {
    const name = `${sha(config())}.json`;
    expect(await found(Buffer.concat([saved(), END]))).toEqual([{ config: name, layers: ['layer-0/layer.tar'] }]);
  });

  it('are named once by manifest.json and OCI’s layout', async () => {
    expect(await found(layout())).toEqual([{ config: blob(config()), layers: [blob(LAYER)] }]);
  });

  it('are those of all platforms that the archive holds, without what the builder says about them', async () => {
    const platforms = { amd64: [layer('a')], arm64: [layer('b'), layer('c')] };
    const archive = index(platforms);
    const texts = await textsOf(archive);
    const images = savedImages(texts);
    const architectures = images.map((image) => JSON.parse(texts.get(image.config) ?? '{}').architecture);
    expect(architectures).toEqual(['amd64', 'arm64']);
    const { layers } = await savedIn(archive);
    expect(images.map((image) => image.layers.filter((name) => layers.has(name)).length)).toEqual([1, 2]);
  });

  it('are none of texts that are no such files', async () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"manifests":[{"digest":"../../etc"}]}',
      '[{"Config":1}]',
      '[{"Config":"absent.json"}]',
    ]) {
      expect(
        savedImages(
          new Map([
            ['index.json', text],
            ['manifest.json', text],
          ]),
        ),
      ).toEqual([]);
    }
  });

  it('of an index that names itself are none', () => {
    const name = 'f'.repeat(64);
    const text = JSON.stringify({ manifests: Array.from({ length: 50 }, () => ({ digest: `sha256:${name}` })) });
    expect(
      savedImages(
        new Map([
          ['index.json', text],
          [`blobs/sha256/${name}`, text],
        ]),
      ),
    ).toEqual([]);
  });
});

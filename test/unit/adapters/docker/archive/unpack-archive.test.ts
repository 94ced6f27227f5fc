import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackArchive } from '../../../../../src/adapters/docker/archive/unpack-archive.ts';
import { UserError } from '../../../../../src/errors.ts';
import {
  config,
  END,
  file,
  gzipPolyglot,
  header,
  keyTwice,
  LAYER,
  layer,
  layout,
  saved,
  sha,
  trailingSlash,
} from '../../../../support/images/archives.ts';
import { scratchFolder } from '../../../../support/runner/scratch.ts';

const folder = scratchFolder();

/** What Slipway hands to the engine for an archive. */
async function unpacked(archive: Buffer) {
  const into = mkdtempSync(join(folder, 'unpacked-'));
  const path = join(into, 'given.tar');
  writeFileSync(path, archive);
  const files = await unpackArchive(path, into);
  const text = (name: string) => readFileSync(join(into, name), 'utf8');
  const [image] = JSON.parse(text('manifest.json')) as [{ Config: string; RepoTags: null; Layers: string[] }];
  return {
    files,
    image,
    config: text(image.Config),
    layers: image.Layers.map((name) => readFileSync(join(into, name))),
  };
}

const whole = (...parts: Buffer[]) => Buffer.concat([...parts, END]);

describe('R7: the image of a fork, before an engine sees it', () => {
  it('is written again by Slipway: without a name, with its configuration and its layers', async () => {
    for (const archive of [whole(saved()), whole(saved({}, [])), layout()]) {
      const { files, image, config: text, layers } = await unpacked(archive);
      expect(image).toEqual({ Config: `${sha(config())}.json`, RepoTags: null, Layers: ['layer-0.tar'] });
      expect(files).toEqual([image.Config, 'layer-0.tar', 'manifest.json']);
      expect(text).toBe(config());
      expect(layers).toEqual([LAYER]);
    }
  });

  it('keeps the order of its layers, and one that occurs twice', async () => {
    const [a, b] = [layer('a'), layer('b')];
    const { image, layers } = await unpacked(whole(saved({ layers: [a, b, a] })));
    expect(layers).toEqual([a, b, a]);
    expect(image.Layers).toHaveLength(3);
  });

  it('may have a link in place of a layer that occurs twice', async () => {
    const text = config({ layers: [LAYER, LAYER] });
    const [one, two] = ['a'.repeat(64), 'b'.repeat(64)];
    const manifest = [{ Config: 'c.json', RepoTags: null, Layers: [`${one}/layer.tar`, `${two}/layer.tar`] }];
    const link = header(`${two}/layer.tar`, 0, '2', `../${one}/layer.tar`);
    const { layers } = await unpacked(
      whole(
        file('c.json', text),
        file(`${one}/layer.tar`, LAYER),
        link,
        file('manifest.json', JSON.stringify(manifest)),
      ),
    );
    expect(layers).toEqual([LAYER, LAYER]);
  });

  it('may have compressed layers, which reach the engine as their digest says', async () => {
    const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: ['l'] }]);
    const { layers } = await unpacked(
      whole(file('c.json', config()), file('l', gzipSync(LAYER)), file('manifest.json', manifest)),
    );
    expect(layers).toEqual([LAYER]);
  });

  it.each([
    ['a name', whole(saved({}, ['postgres:17'])), 'it gives its image a name'],
    ['names of old', whole(saved(), file('repositories', '{}')), 'it gives its image a name'],
    ['no manifest', whole(file('x', '')), 'it has no manifest.json'],
    ['a manifest that is no JSON', whole(file('manifest.json', '{')), 'manifest.json is not JSON'],
    ['no image', whole(file('manifest.json', '[]')), 'exactly one image'],
    ['two images', whole(file('manifest.json', '[{},{}]')), 'exactly one image'],
    ['an empty image', whole(file('manifest.json', '[{}]')), 'names no image'],
    ['two manifests', whole(saved(), file('./manifest.json', '[]')), 'manifest.json twice'],
    ['two configurations', whole(saved(), file(`x/../${sha(config())}.json`, config())), 'twice'],
    ['another layer than its digest says', whole(saved(), file('y', ''), END).fill('!', 1540, 1545), 'another digest'],
    ['a missing end', whole(saved()).subarray(0, 2_000), 'not an archive that Docker has made'],
    ['compression', gzipSync(whole(saved())), 'not an archive that Docker has made'],
    ['something else', Buffer.from('not a tar'.repeat(200)), 'not an archive that Docker has made'],
    ['a wrong checksum', whole(saved()).fill('9', 148, 150), 'not an archive that Docker has made'],
    ['a huge manifest', whole(file('manifest.json', Buffer.alloc(5 << 20, ' '))), 'larger than 4 MiB'],
    ['a broken layer', whole(brokenLayer()), 'not an archive that Docker has made'],
  ])('with %s is refused', async (_, archive, reason) => {
    await expect(unpacked(archive)).rejects.toThrow(UserError);
    await expect(unpacked(archive)).rejects.toThrow(reason);
  });

  it('is a file', async () => {
    await expect(unpackArchive(folder, folder)).rejects.toThrow('it is not a file');
    await expect(unpackArchive(join(folder, 'missing'), folder)).rejects.toThrow('cannot be read');
    symlinkSync('/etc/passwd', join(folder, 'link'));
    await expect(unpackArchive(join(folder, 'link'), folder)).rejects.toThrow('it is not a file');
  });
});

describe('SEC-2: an archive that an engine reads in another way', () => {
  it('with a folder that has content: the engine gets no name', async () => {
    const archive = trailingSlash('postgres:17');
    // Whichever of the two images is understood, that one is written, without a name.
    const image = await unpacked(archive).catch((error: unknown) => error as UserError);
    if (image instanceof Error) expect(image).toBeInstanceOf(UserError);
    else expect(image.image.RepoTags).toBeNull();
  });

  it('with a key twice in index.json: index.json does not reach the engine', async () => {
    const { files, image } = await unpacked(keyTwice('postgres:17'));
    expect(files).not.toContain('index.json');
    expect(image.RepoTags).toBeNull();
  });

  it('that is a gzip stream at the same time is refused', async () => {
    await expect(unpacked(gzipPolyglot('postgres:17'))).rejects.toThrow('not an archive that Docker has made');
  });
});

describe('SEC-24: labels of Slipway in an archive', () => {
  it.each([
    ['as they are', config({ labels: { 'slipway.dev/source-key': 'k', who: 'fork' } })],
    ['in another case', config({ labels: { 'Slipway.dev/source-key': 'k', who: 'fork' } })],
    ['in a key twice', config({ labels: { who: 'fork' }, moreConfig: ',"Labels":{"slipway.dev/x":"k","who":"fork"}' })],
    [
      'in a key that only Go takes for Labels',
      config({ labels: { who: 'fork' }, moreConfig: ',"label\u017f":{"slipway.dev/x":"k"}' }),
    ],
    [
      'in a second configuration',
      config({ labels: { who: 'fork' }, more: ',"Config":{"Labels":{"slipway.dev/x":"k"}}' }),
    ],
  ])('%s are left out', async (_, text) => {
    const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: ['l'] }]);
    const { config: written } = await unpacked(
      whole(file('c.json', text), file('l', LAYER), file('manifest.json', manifest)),
    );
    expect(written).not.toMatch(/slipway\.dev/i);
    expect(JSON.parse(written).config.Labels).toEqual({ who: 'fork' });
  });
});

function brokenLayer(): Buffer {
  const gzip = gzipSync(LAYER);
  gzip.fill(0xff, 12, 40);
  const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: ['l'] }]);
  return Buffer.concat([file('c.json', config()), file('l', gzip), file('manifest.json', manifest)]);
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkArchive } from '../../../../src/adapters/docker/archive.ts';
import { UserError } from '../../../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-archive-'));
let count = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const IMAGE = { Config: 'blobs/sha256/c', RepoTags: null, Layers: ['blobs/sha256/l'] };
const good = {
  'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
  'manifest.json': JSON.stringify([IMAGE]),
  'index.json': JSON.stringify({ schemaVersion: 2, manifests: [{ digest: 'sha256:m' }] }),
  'blobs/sha256/l': 'x'.repeat(2_000),
};

/** A tar of these files. */
function archive(files: Record<string, string>, prepare: (into: string) => void = () => {}, ...options: string[]) {
  const into = join(folder, `files-${count}`);
  const path = join(folder, `image-${count++}.tar`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(into, name)), { recursive: true });
    writeFileSync(join(into, name), text);
  }
  prepare(into);
  execFileSync('tar', ['--format=ustar', '-cf', path, ...options, '-C', into, '.']);
  return path;
}

const manifest = (...images: object[]) => ({ ...good, 'manifest.json': JSON.stringify(images) });
const index = (annotations: object) => ({ ...good, 'index.json': JSON.stringify({ manifests: [{ annotations }] }) });

describe('R7: the image of a fork, before an engine sees it', () => {
  it('one image without a name is fine', async () => {
    await expect(checkArchive(archive(good))).resolves.toBeUndefined();
    await expect(checkArchive(archive(manifest({ ...IMAGE, RepoTags: [] })))).resolves.toBeUndefined();
  });

  it.each([
    ['a name', manifest({ ...IMAGE, RepoTags: ['postgres:17'] })],
    ['a name of the containerd store', index({ 'io.containerd.image.name': 'docker.io/library/postgres:17' })],
    ['a name of OCI', index({ 'org.opencontainers.image.ref.name': 'latest' })],
    ['names of old', { ...good, repositories: '{"postgres":{"17":"l"}}' }],
  ])('%s would take the place of another image', async (_, files) => {
    await expect(checkArchive(archive(files))).rejects.toThrow('it gives its image a name');
  });

  it('neither two images, nor none, nor something else', async () => {
    const { 'manifest.json': _, ...without } = good;
    await expect(checkArchive(archive(manifest(IMAGE, IMAGE)))).rejects.toThrow('exactly one image');
    await expect(checkArchive(archive(without))).rejects.toThrow('it has no manifest.json');
    await expect(checkArchive(archive({ ...good, 'manifest.json': '{' }))).rejects.toThrow('is no JSON');
    const text = join(folder, 'text');
    writeFileSync(text, 'not a tar'.repeat(200));
    await expect(checkArchive(text)).rejects.toThrow('not an archive that Docker has made');
    await expect(checkArchive(folder)).rejects.toThrow(UserError);
    await expect(checkArchive(join(folder, 'missing'))).rejects.toThrow('cannot be read');
  });

  it.each([
    ['manifest.json', manifest({ ...IMAGE, repotags: ['postgres:17'] })],
    ['manifest.json', manifest({ ...IMAGE, 'RepoTag\u017f': ['postgres:17'] })],
    ['index.json', { ...good, 'index.json': JSON.stringify({ Manifests: [] }) }],
    [
      'index.json',
      { ...good, 'index.json': JSON.stringify({ manifests: [{ Annotations: { 'x.image.name': 'y' } }] }) },
    ],
  ])('no key of %s that only an engine would understand', async (file, files) => {
    await expect(checkArchive(archive(files))).rejects.toThrow(`its ${file} has `);
  });

  it.each(['x/../manifest.json', './/manifest.json', 'blobs/./sha256'])(
    'no path that an engine would clean: %s',
    async (name) => {
      const sneaky = archive(good);
      const transform = `--transform=s#^.*$#${name}#`;
      execFileSync('tar', [
        '-rPf',
        sneaky,
        '--format=ustar',
        transform,
        '-C',
        join(folder, `files-${count - 1}`),
        'oci-layout',
      ]);
      await expect(checkArchive(sneaky)).rejects.toThrow('not an archive that Docker has made');
    },
  );

  it('nothing that another reader could read in another way', async () => {
    const link = archive(good, (into) => symlinkSync('/etc/passwd', join(into, 'blobs', 'link')));
    await expect(checkArchive(link)).rejects.toThrow('not an archive that Docker has made');
    const again = `../${'a'.repeat(64)}/layer.tar`;
    const layer = archive(good, (into) => symlinkSync(again, join(into, 'blobs', 'layer.tar')));
    await expect(checkArchive(layer)).resolves.toBeUndefined();
    const pax = archive({ ...good, ['n'.repeat(150)]: '' }, undefined, '--format=pax');
    await expect(checkArchive(pax)).rejects.toThrow('not an archive that Docker has made');
    const twice = archive(good);
    execFileSync('tar', ['-rf', twice, '--format=ustar', '-C', join(folder, `files-${count - 1}`), './manifest.json']);
    await expect(checkArchive(twice)).rejects.toThrow('manifest.json twice');
  });
});

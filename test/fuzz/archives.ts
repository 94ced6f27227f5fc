import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { unpackArchive } from '../../src/adapters/docker/archive/unpack-archive.ts';
import { UserError } from '../../src/errors.ts';
import {
  END,
  gzipPolyglot,
  keyTwice,
  layout,
  saved,
  trailingSlash,
  trailingSlashTwice,
} from '../support/images/archives.ts';

const NAME = 'postgres:17';
const labels = { 'slipway.dev/source-key': 'k', who: 'fork' };
const seeds = [
  Buffer.concat([saved({ labels }), END]),
  Buffer.concat([saved({}, [NAME]), END]),
  layout('"annotations":{}', { labels }),
  trailingSlash(NAME),
  trailingSlashTwice(NAME),
  keyTwice(NAME),
  gzipPolyglot(NAME),
];

/** Bytes to overwrite: where, as a part of the whole, and with what. */
const change = fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.uint8Array({ minLength: 1, maxLength: 40 }));

/** Whatever the archive is: it is refused, or what the engine gets has one image, no name, no label of Slipway, and true digests. */
async function checkArchive(archive: Buffer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
  try {
    const path = join(folder, 'given.tar');
    writeFileSync(path, archive);
    const files = await unpackArchive(path, folder);
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    const images = JSON.parse(text('manifest.json')) as { Config: string; RepoTags: unknown; Layers: string[] }[];
    const [image] = images;
    if (images.length !== 1 || image === undefined || image.RepoTags !== null) throw new Error(text('manifest.json'));
    if (files.some((file) => !/^([0-9a-f]{64}\.json|layer-\d+\.tar|manifest\.json)$/.test(file)))
      throw new Error(String(files));
    const config = text(image.Config);
    if (/slipway\.dev/i.test(JSON.stringify(JSON.parse(config).config?.Labels ?? {}))) throw new Error(config);
    const digests = image.Layers.map((layer) =>
      createHash('sha256')
        .update(readFileSync(join(folder, layer)))
        .digest('hex'),
    );
    const wanted = JSON.parse(config).rootfs.diff_ids.map((id: string) => id.replace('sha256:', ''));
    if (String(digests) !== String(wanted)) throw new Error(`${digests} are not ${wanted}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The seed with the changes, and cut at a part of it. */
function changed(seed: Buffer, changes: readonly [number, Uint8Array][], end: number): Buffer {
  const archive = Buffer.from(seed);
  for (const [part, bytes] of changes) {
    const at = Math.floor(part * archive.length);
    archive.set(bytes.slice(0, archive.length - at), at);
  }
  return archive.subarray(0, Math.floor(end * archive.length));
}

const part = fc.double({ min: 0, max: 1, noNaN: true });
const end = fc.oneof(fc.constant(1), part);

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'archives of images',
    property: fc.asyncProperty(
      fc
        .tuple(fc.nat(seeds.length - 1), fc.array(change, { maxLength: 4 }), end)
        .map(([index, changes, until]) => changed(seeds[index] ?? END, changes, until)),
      checkArchive,
    ),
  },
];

import { createHash } from 'node:crypto';
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** Archives of images, written byte by byte: those that Docker makes, and those that two readers understand differently. */

export const sha = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
export const END = Buffer.alloc(1024);

export function header(name: string, size: number, type = '0', link = ''): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  if (type !== '\0') block.write(type, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257);
  return withChecksum(block);
}

function withChecksum(block: Buffer): Buffer {
  block.write('        ', 148);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export function file(name: string, content: Buffer | string, type?: string): Buffer {
  const data = Buffer.from(content);
  return Buffer.concat([header(name, data.length, type), data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

/** A layer with one file. */
export const layer = (text: string): Buffer => Buffer.concat([file('hello', text), END]);
export const LAYER = layer('the image of a fork\n');

export interface ConfigParts {
  labels?: Record<string, string>;
  layers?: Buffer[];
  /** Added to the text behind the last key, e.g. `,"config":{}`. */
  more?: string;
  /** Added to the text of `config` behind its last key. */
  moreConfig?: string;
}

export function config({ labels = {}, layers = [LAYER], more = '', moreConfig = '' }: ConfigParts = {}): string {
  const diffIds = layers.map((one) => `sha256:${sha(one)}`);
  const own = `"config":{"Cmd":["/hello"],"Labels":${JSON.stringify(labels)}${moreConfig}}`;
  const rootfs = `"rootfs":{"type":"layers","diff_ids":${JSON.stringify(diffIds)}}`;
  return `{"architecture":"amd64",${own},"created":"2026-01-01T00:00:00Z","os":"linux",${rootfs}${more}}`;
}

/** As `docker save <id>` of Docker before version 25 writes it, without its end. */
export function saved(parts: ConfigParts = {}, tags: string[] | null = null): Buffer {
  const text = config(parts);
  const name = `${sha(text)}.json`;
  const layers = parts.layers ?? [LAYER];
  const names = layers.map((_, index) => `layer-${index}/layer.tar`);
  return Buffer.concat([
    file(name, text),
    ...layers.map((one, index) => file(names[index] ?? '', one)),
    file('manifest.json', JSON.stringify([{ Config: name, RepoTags: tags, Layers: names }])),
  ]);
}

/** As Docker since version 25 writes it: OCI's layout, and a manifest.json beside. `annotations`: text in index.json. */
export function layout(annotations = '"annotations":{}', parts: ConfigParts = {}): Buffer {
  const text = config(parts);
  const [blob, layerBlob] = [`blobs/sha256/${sha(text)}`, `blobs/sha256/${sha(LAYER)}`];
  const type = 'application/vnd.oci.image';
  const descriptors = `"config":{"mediaType":"${type}.config.v1+json","digest":"sha256:${sha(text)}","size":${text.length}},"layers":[{"mediaType":"${type}.layer.v1.tar","digest":"sha256:${sha(LAYER)}","size":${LAYER.length}}]`;
  const manifest = `{"schemaVersion":2,"mediaType":"${type}.manifest.v1+json",${descriptors}}`;
  const descriptor = `"mediaType":"${type}.manifest.v1+json","digest":"sha256:${sha(manifest)}","size":${manifest.length}`;
  return Buffer.concat([
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    file(blob, text),
    file(layerBlob, LAYER),
    file(`blobs/sha256/${sha(manifest)}`, manifest),
    file('index.json', `{"schemaVersion":2,"manifests":[{${descriptor},${annotations}}]}`),
    file('manifest.json', JSON.stringify([{ Config: blob, RepoTags: null, Layers: [layerBlob] }])),
    END,
  ]);
}

/**
 * As an engine with the containerd image store writes an image of several platforms: one index for all, `manifest.json` for the
 * first platform alone, and what BuildKit says about each of them. The index names a platform more, which the engine does not have.
 * @param about the statement of BuildKit
 */
export function index(
  platforms: Record<string, Buffer[]>,
  about = '{"_type":"https://in-toto.io/Statement/v0.1"}',
): Buffer {
  const blobs = new Map<string, Buffer>();
  const blob = (content: Buffer | string, mediaType: string, more: object = {}) => {
    const path = `blobs/sha256/${sha(content)}`;
    blobs.set(path, Buffer.from(content));
    return { mediaType, digest: `sha256:${sha(content)}`, size: content.length, ...more };
  };
  const type = 'application/vnd.oci.image';
  const manifest = (own: string, layers: object[], more: object) =>
    blob(
      JSON.stringify({ schemaVersion: 2, config: blob(own, `${type}.config.v1+json`), layers }),
      `${type}.manifest.v1+json`,
      more,
    );
  const manifests = Object.entries(platforms).flatMap(([architecture, layers]) => {
    const own = config({ layers }).replace('"amd64"', JSON.stringify(architecture));
    const packed = layers.map((one) => blob(gzipSync(one), `${type}.layer.v1.tar+gzip`));
    const image = manifest(own, packed, { platform: { os: 'linux', architecture } });
    const annotations = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': image.digest,
    };
    const statement = blob(about, 'application/vnd.in-toto+json');
    const platform = { os: 'unknown', architecture: 'unknown' };
    return [image, manifest(config({ layers: [] }), [statement], { platform, annotations })];
  });
  const absent = {
    mediaType: `${type}.manifest.v1+json`,
    digest: `sha256:${'0'.repeat(64)}`,
    size: 1,
    platform: { os: 'linux', architecture: 's390x' },
  };
  const all = blob(JSON.stringify({ schemaVersion: 2, manifests: [...manifests, absent] }), `${type}.index.v1+json`);
  const [architecture = '', layers = []] = Object.entries(platforms)[0] ?? [];
  const first = {
    Config: `blobs/sha256/${sha(config({ layers }).replace('"amd64"', JSON.stringify(architecture)))}`,
    RepoTags: null,
    Layers: layers.map((one) => `blobs/sha256/${sha(gzipSync(one))}`),
  };
  return Buffer.concat([
    ...[...blobs].map(([path, content]) => file(path, content)),
    file('index.json', JSON.stringify({ schemaVersion: 2, manifests: [all] })),
    file('manifest.json', JSON.stringify([first])),
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    END,
  ]);
}

/**
 * A "file" whose name ends in "/": one reader skips its content, Go takes it for a folder without content and reads that
 * content as further entries, with a manifest.json of their own.
 */
export function trailingSlash(name: string): Buffer {
  const hidden = Buffer.concat([saved({ labels: { who: 'hidden' } }, [name]), END]);
  return Buffer.concat([header('x/', hidden.length, '\0'), hidden, saved(), END]);
}

/** The same, and the hidden manifest.json names one image and leaves another one without a name. */
export function trailingSlashTwice(name: string): Buffer {
  const [named, unnamed] = [config({ labels: { who: 'hidden' } }), config()];
  const images = [
    { Config: 'b.json', RepoTags: null, Layers: ['l.tar'] },
    { Config: 'e.json', RepoTags: [name], Layers: ['l.tar'] },
  ];
  const common = [file('b.json', unnamed), file('l.tar', LAYER)];
  const manifest = (list: object[]) => file('manifest.json', JSON.stringify(list));
  const hidden = Buffer.concat([file('e.json', named), ...common, manifest(images), END]);
  return Buffer.concat([header('x/', hidden.length, '\0'), hidden, ...common, manifest(images.slice(0, 1)), END]);
}

/** A key that occurs twice: JavaScript takes the last one, Go merges both. */
export function keyTwice(name: string): Buffer {
  return layout(`"annotations":{"io.containerd.image.name":"docker.io/library/${name}"},"annotations":{}`);
}

/** A tar archive whose first header lies in gzip's FEXTRA field: an engine decompresses it and finds another archive. */
export function gzipPolyglot(name: string): Buffer {
  const STORED = 5;
  const hidden = Buffer.concat([saved({ labels: { who: 'hidden' } }, [name]), END]);
  const first = deflateRawSync(hidden, { finishFlush: constants.Z_FULL_FLUSH });
  const pad = (512 - ((first.length + STORED) % 512)) % 512;
  const tail = Buffer.concat([Buffer.alloc(pad), saved(), END]);
  const stored = Buffer.alloc(STORED);
  stored[0] = 1;
  stored.writeUInt16LE(tail.length, 1);
  stored.writeUInt16LE(~tail.length & 0xffff, 3);
  const all = Buffer.concat([hidden, tail]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(all) >>> 0, 0);
  trailer.writeUInt32LE(all.length, 4);
  const start = header('N', first.length + STORED + pad);
  const extra = 512 - 12;
  Buffer.from([0x1f, 0x8b, 8, 4, 1, 1, 1, 1, 1, 3, extra & 255, extra >> 8]).copy(start, 0);
  start.write('entry', 12);
  return Buffer.concat([withChecksum(start), first, stored, tail, trailer]);
}

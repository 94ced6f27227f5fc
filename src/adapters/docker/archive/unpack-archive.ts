import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ReadEntry } from 'tar';
import { messageOf } from '../../../errors.ts';
import { firstBytes, joined } from './first-bytes.ts';
import { type ImageConfig, rewriteConfig } from './image-config.ts';
import { checkPlainTar, readArchive } from './read-archive.ts';
import { refused } from './refused.ts';

/** Bytes of a JSON file that is read into memory. Docker writes a few kilobytes. */
const MAX_JSON = 4 * 1024 * 1024;
/** @see https://github.com/moby/moby/blob/v28.0.0/layer/layer.go (maxLayerDepth) */
const MAX_LAYERS = 125;
/** Bytes of all layers, uncompressed. */
const MAX_BYTES = 16 * 1024 ** 3;
/** Docker before version 25 stores a layer that occurs twice once, and links to it. */
const SAME_LAYER = /^\.\.\/([0-9a-f]{64}\/layer\.tar)$/;

/** The entry of `manifest.json` for the one image. */
interface Manifest {
  config: string;
  layers: string[];
}

/**
 * Reads an untrusted archive of `docker save`, and writes its image into a folder in the form of an archive: `manifest.json`
 * without a name, the configuration, and the layers. Copies no byte outside of the layers, and checks the digest of each layer.
 * @returns the names of the files in the folder, in the order for an archive
 * @throws UserError with the fault of the archive
 * @see https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md (manifest.json)
 */
export async function unpackArchive(path: string, folder: string): Promise<string[]> {
  await checkPlainTar(path);
  const { json, links } = await lookInto(path);
  const manifest = manifestOf(json.get('manifest.json'), path, links);
  const config = await configOf(path, manifest.config);
  if (config.diffIds.length !== manifest.layers.length)
    throw refused(path, 'its manifest and its configuration name different layers');
  const digests = await copyLayers(path, [...new Set(manifest.layers)], folder);
  for (const [index, layer] of manifest.layers.entries()) {
    if (digests.get(layer) !== config.diffIds[index]) throw refused(path, `layer ${index + 1} has another digest`);
  }
  const files = [...new Set(manifest.layers)];
  const fileOf = (layer: string) => `layer-${files.indexOf(layer)}.tar`;
  const configFile = `${createHash('sha256').update(config.json).digest('hex')}.json`;
  const entry = { Config: configFile, RepoTags: null, Layers: manifest.layers.map(fileOf) };
  await writeFile(join(folder, configFile), config.json);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify([entry]));
  return [configFile, ...files.map(fileOf), 'manifest.json'];
}

/** The manifest's text, and layers that are links to other layers. */
async function lookInto(path: string): Promise<{ json: Map<string, string>; links: Map<string, string> }> {
  const names = new Set<string>();
  const json = new Map<string, string>();
  const links = new Map<string, string>();
  await readArchive(path, (name, entry) => {
    if (entry.type === 'Directory') return undefined;
    if (names.has(name)) throw refused(path, `it holds ${name} twice`);
    names.add(name);
    const target = entry.type === 'SymbolicLink' ? SAME_LAYER.exec(entry.linkpath ?? '')?.[1] : undefined;
    if (target !== undefined) links.set(name, target);
    if (name === 'repositories') throw refused(path, 'it gives its image a name');
    return name === 'manifest.json' ? async (one) => void json.set(name, await textOf(one, path)) : undefined;
  });
  return { json, links };
}

function manifestOf(text: string | undefined, path: string, links: ReadonlyMap<string, string>): Manifest {
  if (text === undefined) throw refused(path, 'it has no manifest.json');
  let images: unknown;
  try {
    images = JSON.parse(text);
  } catch {
    throw refused(path, 'its manifest.json is not JSON');
  }
  if (!Array.isArray(images) || images.length !== 1) throw refused(path, 'it does not hold exactly one image');
  const { Config, Layers, RepoTags } = Object(images[0]) as Record<string, unknown>;
  if (RepoTags !== null && RepoTags !== undefined && !(Array.isArray(RepoTags) && RepoTags.length === 0))
    throw refused(path, 'it gives its image a name');
  if (typeof Config !== 'string' || !isNames(Layers)) throw refused(path, 'its manifest.json names no image');
  if (Layers.length > MAX_LAYERS) throw refused(path, `it has more than ${MAX_LAYERS} layers`);
  return { config: Config, layers: Layers.map((layer) => links.get(layer) ?? layer) };
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}

async function configOf(path: string, name: string): Promise<ImageConfig> {
  let text: string | undefined;
  await readArchive(path, (found) =>
    found === name
      ? async (entry) => {
          text = await textOf(entry, path);
        }
      : undefined,
  );
  if (text === undefined) throw refused(path, 'the configuration of its image is missing');
  try {
    return rewriteConfig(text);
  } catch (error) {
    throw refused(path, `the configuration of its image is not understood: ${messageOf(error)}`);
  }
}

async function textOf(entry: ReadEntry, path: string): Promise<string> {
  if (entry.size > MAX_JSON) throw refused(path, `${entry.path} is larger than ${MAX_JSON / 1024 / 1024} MiB`);
  return (await entry.concat()).toString();
}

/** Writes the layers uncompressed. @returns their digests, by their names in the archive */
async function copyLayers(path: string, layers: string[], folder: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const budget = { left: MAX_BYTES };
  await readArchive(path, (name) => {
    const index = layers.indexOf(name);
    if (index < 0) return undefined;
    return async (entry) => {
      digests.set(name, await copyLayer(entry, join(folder, `layer-${index}.tar`), budget, path));
    };
  });
  const missing = layers.findIndex((layer) => !digests.has(layer));
  if (missing >= 0) throw refused(path, `layer ${missing + 1} is missing`);
  return digests;
}

async function copyLayer(entry: ReadEntry, to: string, budget: { left: number }, path: string): Promise<string> {
  const hash = createHash('sha256');
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      budget.left -= chunk.length;
      hash.update(chunk);
      done(budget.left < 0 ? refused(path, `its layers are larger than ${MAX_BYTES / 1024 ** 3} GiB`) : null, chunk);
    },
  });
  const [first, rest] = await firstBytes(entry);
  const layer = first.length > 1 && first.readUInt16BE(0) === 0x1f8b ? createGunzip() : new PassThrough();
  await pipeline(Readable.from(joined(first, rest)), layer, measured, createWriteStream(to, { mode: 0o600 }));
  return `sha256:${hash.digest('hex')}`;
}

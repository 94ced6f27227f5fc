import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { firstBytes, joined } from '../archive/first-bytes.ts';
import { readEntries } from '../archive/read-archive.ts';
import type { Budget } from './budget.ts';
import type { Layer } from './layer.ts';

const HEADER_BYTES = 512;
/** Bytes of a JSON file. Docker writes a few kilobytes. */
const MOST_JSON = 4 * 1024 * 1024;
/** Docker before version 25 stores a layer that occurs twice once, and links to it. */
const SAME_LAYER = /^\.\.\/([0-9a-f]{64}\/layer\.tar)$/;

/** What was read of an archive of `docker save`. */
export class Saved<L extends Layer> {
  /** The text of each small file, by its name. */
  readonly texts = new Map<string, string>();
  /** Layers by the name of their file. */
  readonly layers = new Map<string, L>();
  /** Layers that cannot be read, and why. */
  readonly unread = new Map<string, string>();
}

/**
 * Reads an archive of `docker save` once, from its beginning to its end, and writes nothing to the disk. The order of the layers
 * is known only in the end.
 * @param saved gets what was read, also of an archive that ends early
 * @param newLayer makes the reader of a layer
 * @throws TooLarge for more than a machine should read; Error for an archive that is broken
 */
export async function readSaved<L extends Layer>(
  source: Readable,
  saved: Saved<L>,
  newLayer: () => L,
  budget: Budget,
): Promise<void> {
  const links = new Map<string, string>();
  await readEntries(source, (name, entry) => {
    if (entry.type === 'SymbolicLink') {
      const [, target] = SAME_LAYER.exec(entry.linkpath ?? '') ?? [];
      if (target !== undefined) links.set(name, target);
      return undefined;
    }
    return entry.type === 'File' && entry.size > 0 ? (one) => readFile(name, one, saved, newLayer, budget) : undefined;
  });
  for (const [name, target] of links) {
    const layer = saved.layers.get(target);
    if (layer !== undefined) saved.layers.set(name, layer);
  }
}

async function readFile<L extends Layer>(
  name: string,
  entry: ReadEntry,
  saved: Saved<L>,
  newLayer: () => L,
  budget: Budget,
): Promise<void> {
  const [first, rest] = await firstBytes(entry, HEADER_BYTES);
  const content = Readable.from(joined(first, rest));
  const compression = compressionOf(first);
  if (compression === undefined && !isTar(first)) {
    // Larger ones are statements of the builder.
    if (entry.size > MOST_JSON) content.resume();
    else {
      budget.keep(entry.size);
      saved.texts.set(name, await textOf(content));
    }
    return;
  }
  const decompress = compression === 'zstd' ? zstandard() : compression === 'gzip' ? createGunzip() : new PassThrough();
  if (decompress === undefined) {
    saved.unread.set(name, `a layer is compressed with Zstandard, which Node ${process.versions.node} cannot read`);
    content.resume();
    return;
  }
  const layer = newLayer();
  saved.layers.set(name, layer);
  await pipeline(content, decompress, measured(budget), parserOf(layer));
}

async function textOf(content: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

/** Since Node 22.15. */
function zstandard(): Transform | undefined {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  return createZstdDecompress?.();
}

/** An archive of nothing is zeros. */
function isTar(first: Buffer): boolean {
  return (
    first.toString('latin1', 257, 262) === 'ustar' ||
    (first.length === HEADER_BYTES && first.every((byte) => byte === 0))
  );
}

/** @see https://github.com/facebook/zstd/blob/v1.5.7/doc/zstd_compression_format.md (also a frame that is skipped may be the first) */
function compressionOf(first: Buffer): 'gzip' | 'zstd' | undefined {
  if (first.length < 4) return undefined;
  if (first.readUInt16BE(0) === 0x1f8b) return 'gzip';
  const magic = first.readUInt32LE(0);
  return magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5 ? 'zstd' : undefined;
}

function measured(budget: Budget): Transform {
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      try {
        budget.read(piece.length);
        done(null, piece);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** The library would decompress what is compressed twice; its parser then finds no tar archive. */
function parserOf(layer: Layer): NodeJS.WritableStream {
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => layer.add(entry, (error) => parser.abort(error)),
  });
  parser.on('ignoredEntry', () => layer.ignored());
  return parser as unknown as NodeJS.WritableStream;
}

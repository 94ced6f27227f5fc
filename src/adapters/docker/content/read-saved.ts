import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import type { WantedFile } from '../../../ports.ts';
import { firstBytes, joined } from '../archive/first-bytes.ts';
import { readEntries } from '../archive/read-archive.ts';
import { Budget } from './budget.ts';
import { Layer } from './layer.ts';

const HEADER_BYTES = 512;
/** Bytes of a JSON file. Docker writes a few kilobytes. */
const MOST_JSON = 4 * 1024 * 1024;
/** Docker before version 25 stores a layer that occurs twice once, and links to it. */
const SAME_LAYER = /^\.\.\/([0-9a-f]{64}\/layer\.tar)$/;

/** What an archive of `docker save` holds. */
export interface Saved {
  /** The text of each small file, by its name. */
  texts: Map<string, string>;
  /** Layers by the name of their file. */
  layers: Map<string, Layer>;
  /** Layers that cannot be read, and why. */
  unread: Map<string, string>;
}

/**
 * Reads an archive of `docker save` once, from its beginning to its end, and writes nothing to the disk. The order of the layers
 * is known only in the end.
 * @throws TooLarge for more than a machine should read; Error for an archive that is broken
 */
export async function readSaved(source: Readable, wanted: WantedFile, budget = new Budget()): Promise<Saved> {
  const saved: Saved = { texts: new Map(), layers: new Map(), unread: new Map() };
  const links = new Map<string, string>();
  await readEntries(source, (name, entry) => {
    if (entry.type === 'SymbolicLink') {
      const [, target] = SAME_LAYER.exec(entry.linkpath ?? '') ?? [];
      if (target !== undefined) links.set(name, target);
      return undefined;
    }
    return entry.type === 'File' && entry.size > 0 ? (one) => readFile(name, one, saved, wanted, budget) : undefined;
  });
  for (const [name, target] of links) {
    const layer = saved.layers.get(target);
    if (layer !== undefined) saved.layers.set(name, layer);
  }
  return saved;
}

async function readFile(
  name: string,
  entry: ReadEntry,
  saved: Saved,
  wanted: WantedFile,
  budget: Budget,
): Promise<void> {
  const [first, rest] = await firstBytes(entry, HEADER_BYTES);
  const content = Readable.from(joined(first, rest));
  if (!isTar(first) && !isCompressed(first)) {
    if (entry.size > MOST_JSON) {
      content.resume();
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece as Buffer);
    saved.texts.set(name, Buffer.concat(pieces).toString('utf8'));
    return;
  }
  if (isZstandard(first)) {
    saved.unread.set(name, 'a layer is compressed with Zstandard');
    content.resume();
    return;
  }
  const layer = new Layer(wanted, budget);
  saved.layers.set(name, layer);
  await pipeline(content, isGzip(first) ? createGunzip() : new PassThrough(), measured(budget), parserOf(layer));
}

/** An archive of nothing is zeros. */
function isTar(first: Buffer): boolean {
  return (
    first.toString('latin1', 257, 262) === 'ustar' ||
    (first.length === HEADER_BYTES && first.every((byte) => byte === 0))
  );
}

function isCompressed(first: Buffer): boolean {
  return isGzip(first) || isZstandard(first);
}

function isGzip(first: Buffer): boolean {
  return first.length > 1 && first.readUInt16BE(0) === 0x1f8b;
}

function isZstandard(first: Buffer): boolean {
  return first.length > 3 && first.readUInt32LE(0) === 0xfd2fb528;
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
  return parser as unknown as NodeJS.WritableStream;
}

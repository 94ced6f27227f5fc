import { createReadStream } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { EnvironmentError, messageOf, SlipwayError } from '../../../errors.ts';
import { refused } from './refused.ts';

/** Reads the content of an entry. Entries without a reader are skipped. */
export type EntryReader = (entry: ReadEntry) => Promise<void>;

const HEADER_BYTES = 512;
/** An image has at most 127 layers, and a few files per layer. */
const MAX_ENTRIES = 10_000;

/** @throws UserError when there is no plain tar archive at the path */
export async function checkPlainTar(path: string): Promise<void> {
  const info = await lstat(path).catch((cause: unknown) => {
    throw refused(path, `it cannot be read: ${messageOf(cause)}`);
  });
  if (!info.isFile()) throw refused(path, 'it is not a file');
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    if (bytesRead === HEADER_BYTES && buffer.toString('latin1', 257, 262) === 'ustar' && !isCompressed(buffer)) return;
    throw refused(path, 'it is not an archive that Docker has made');
  } finally {
    await file.close();
  }
}

/** gzip and Zstandard: the tar library would decompress them without a limit. */
function isCompressed(start: Buffer): boolean {
  return start.readUInt16BE(0) === 0x1f8b || start.readUInt32LE(0) === 0xfd2fb528;
}

/**
 * Reads a tar archive once, from its beginning to its end.
 * @param readerOf the reader of an entry by its name; undefined skips the entry
 * @throws UserError when it is not a complete tar archive, or what a reader throws
 */
export async function readArchive(
  path: string,
  readerOf: (name: string, entry: ReadEntry) => EntryReader | undefined,
): Promise<void> {
  let entries = 0;
  try {
    await readEntries(createReadStream(path), (name, entry) => {
      if (++entries > MAX_ENTRIES) throw refused(path, `it holds more than ${MAX_ENTRIES} files`);
      return readerOf(name, entry);
    });
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    if (isSystemError(error)) throw cannotUnpack(path, error);
    throw refused(path, 'it is not an archive that Docker has made');
  }
}

/** The same from a stream. @throws Error of the library, of the stream, or of a reader */
export async function readEntries(
  source: Readable,
  readerOf: (name: string, entry: ReadEntry) => EntryReader | undefined,
): Promise<void> {
  const work: Promise<void>[] = [];
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = (error) => {
      source.destroy(error as Error);
      reject(error);
    };
  });
  failure.catch(() => undefined);
  const onReadEntry = (entry: ReadEntry) => {
    try {
      const reader = readerOf(posix.normalize(entry.path), entry);
      if (reader === undefined) entry.resume();
      else work.push(reader(entry).catch(fail));
    } catch (error) {
      entry.resume();
      fail(error);
    }
  };
  const read = pipeline(source, new Parser({ strict: true, onReadEntry }) as unknown as NodeJS.WritableStream);
  // A reader that fails leaves its entry unread, and the parser would wait for it.
  await Promise.race([read.then(() => Promise.all(work)), failure]);
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function cannotUnpack(path: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(`the archive ${path} cannot be unpacked: ${messageOf(cause)}`, {
    remedy: 'See whether the disk has space left for a second copy of the image, uncompressed.',
    cause,
  });
}

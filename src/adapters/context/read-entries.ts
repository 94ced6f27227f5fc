import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isPointer } from './checkout-gaps.ts';
import { credentialIn, LARGEST_CREDENTIAL, mayBeCredential } from './credentials.ts';
import type { IndexEntry } from './git-index.ts';
import type { ContextEntry } from './walk.ts';

/** Files that are read at one time. */
const AT_ONCE = 32;
/** Bytes. A larger file is read in parts. */
const LARGEST_AT_ONCE = 4 * 1024 * 1024;
/** Where the id begins in an entry of the index. */
const ID_AT = '100644 '.length;

/** A file, folder or link of a context: its content, and what it must not be. */
export interface ReadEntry {
  entry: ContextEntry;
  /** Git's id of the content; empty for a folder. */
  id: string;
  credential?: string | undefined;
  pointer?: boolean;
}

/** Reads what Git's index does not know, and what may hold a credential. */
export async function readEntries(
  contextDir: string,
  entries: readonly ContextEntry[],
  unchanged: ReadonlyMap<string, IndexEntry>,
): Promise<ReadEntry[]> {
  const read: ReadEntry[] = new Array(entries.length);
  const algorithm = algorithmOf(unchanged);
  const toRead: number[] = [];
  for (const [at, entry] of entries.entries()) {
    const known = unchanged.get(entry.path);
    if (entry.kind === 'folder') read[at] = { entry, id: '' };
    else if (known !== undefined && kindOf(known) === entry.kind && !mayBeCredential(entry.path))
      read[at] = { entry, id: known.slice(ID_AT) };
    else toRead.push(at);
  }
  const queue = toRead.values();
  const worker = async () => {
    for (const at of queue) read[at] = await readEntry(contextDir, entries[at] as ContextEntry, algorithm);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return read;
}

/** A repository has one format of ids. */
function algorithmOf(unchanged: ReadonlyMap<string, IndexEntry>): string {
  const [first] = unchanged.values();
  return first?.length === ID_AT + 64 ? 'sha256' : 'sha1';
}

function kindOf(known: IndexEntry): ContextEntry['kind'] {
  return known.startsWith('120000') ? 'link' : 'file';
}

async function readEntry(contextDir: string, entry: ContextEntry, algorithm: string): Promise<ReadEntry> {
  const path = join(contextDir, entry.path);
  if (entry.kind === 'link') return { entry, id: idOf(Buffer.from(await readlink(path)), algorithm) };
  if (entry.size > LARGEST_AT_ONCE) return { entry, id: await idOfLarge(path, entry.size, algorithm) };
  const bytes = await readFile(path);
  return {
    entry,
    id: idOf(bytes, algorithm),
    credential: credentialOf(entry.path, bytes),
    pointer: isPointer(bytes),
  };
}

/** @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
function idOf(content: Buffer, algorithm: string): string {
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function idOfLarge(path: string, size: number, algorithm: string): Promise<string> {
  const hash = createHash(algorithm).update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function credentialOf(path: string, bytes: Buffer): string | undefined {
  if (bytes.length > LARGEST_CREDENTIAL || !mayBeCredential(path)) return undefined;
  return credentialIn(path, bytes.toString('utf8'));
}

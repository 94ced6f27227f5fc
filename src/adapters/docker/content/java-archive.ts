import { inflateRawSync } from 'node:zlib';
import type { JavaArchive } from '../../../ports.ts';
import { type Budget, TooLarge } from './budget.ts';

/** @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
const END = Buffer.from('PK\x05\x06', 'latin1');
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_HEADER = 22;
const CENTRAL_HEADER = 46;
const LOCAL_HEADER = 30;
/** Bytes of the comment behind the end. */
const MOST_COMMENT = 65_535;
const MOST_ENTRIES = 200_000;
/** Bytes of a file about the archive, and of an archive in an archive. */
const MOST_TEXT = 256 * 1024;
const MOST_NESTED = 128 * 1024 ** 2;
/** A jar in a war in an ear. */
const DEEPEST = 3;

const PROPERTIES = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
const MANIFEST = 'META-INF/MANIFEST.MF';
const JAVA_ARCHIVE = /\.(?:jar|war|ear|hpi|jpi)$/;

/** A file of an archive. */
interface Member {
  name: string;
  method: number;
  packed: number;
  size: number;
  at: number;
}

/**
 * What an archive of Java says about itself, and what the archives in it say.
 * @param path of the archive in the image, or behind that of the archive around it
 * @throws Error for an archive that is broken
 */
export function javaArchives(path: string, file: Buffer, budget: Budget, depth = 1): JavaArchive[] {
  const own: JavaArchive = { path, properties: [], manifest: '' };
  const found = [own];
  for (const member of membersOf(file)) {
    const { name } = member;
    if (PROPERTIES.test(name)) own.properties.push(contentOf(file, member, MOST_TEXT, budget).toString('utf8'));
    else if (name === MANIFEST) own.manifest = contentOf(file, member, MOST_TEXT, budget).toString('utf8');
    else if (JAVA_ARCHIVE.test(name) && depth < DEEPEST)
      found.push(
        ...nestedIn(`${path}!/${name}`, () => contentOf(file, member, MOST_NESTED, budget), budget, depth + 1),
      );
  }
  return found;
}

/** One that is broken is there all the same. */
function nestedIn(path: string, content: () => Buffer, budget: Budget, depth: number): JavaArchive[] {
  try {
    return javaArchives(path, content(), budget, depth);
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    return [{ path, properties: [], manifest: '' }];
  }
}

function membersOf(file: Buffer): Member[] {
  const tail = Math.max(0, file.length - MOST_COMMENT - END_HEADER);
  const end = tail + file.subarray(tail).lastIndexOf(END);
  if (end < tail) throw new Error('it is no archive');
  const size = file.readUInt32LE(end + 12);
  const first = end - size;
  // A program that starts the archive may stand before it; offsets then count from behind it.
  const start = first - file.readUInt32LE(end + 16);
  if (first < 0 || start < 0) throw new Error('its index is cut off');
  const members: Member[] = [];
  for (let at = first; at + CENTRAL_HEADER <= end; ) {
    if (file.readUInt32LE(at) !== CENTRAL || members.length >= MOST_ENTRIES) throw new Error('its index is broken');
    const names = at + CENTRAL_HEADER;
    const nameLength = file.readUInt16LE(at + 28);
    members.push({
      name: file.toString('utf8', names, names + nameLength),
      method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20),
      size: file.readUInt32LE(at + 24),
      at: start + file.readUInt32LE(at + 42),
    });
    at = names + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return members;
}

function contentOf(file: Buffer, { name, at, method, packed, size }: Member, most: number, budget: Budget): Buffer {
  if (file.readUInt32LE(at) !== LOCAL) throw new Error(`${name} is not where its index says`);
  const start = at + LOCAL_HEADER + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28);
  if (size > most || start + packed > file.length) throw new Error(`${name} in it is too large`);
  budget.unpack(size);
  const content = file.subarray(start, start + packed);
  return method === 0 ? content : inflateRawSync(content, { maxOutputLength: Math.max(1, size) });
}

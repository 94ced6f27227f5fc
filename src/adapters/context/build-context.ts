import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readlink, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../errors.ts';
import type { BuildContext, ContextScan } from '../../ports.ts';
import { checkSubmodules, isPointer } from './checkout-gaps.ts';
import { credentialIn, LARGEST_CREDENTIAL, mayBeCredential } from './credentials.ts';
import { dockerfilesBelow } from './nearest-dockerfile.ts';
import { type ContextEntry, walkContext } from './walk.ts';

/** Files that are read at one time. */
const AT_ONCE = 32;
/** Bytes. A larger file is read in parts. */
const LARGEST_AT_ONCE = 4 * 1024 * 1024;

/** Build contexts on disk. */
export const diskContext: BuildContext = {
  async scan(contextDir: string, dockerfile: string): Promise<ContextScan> {
    await checkFolder(contextDir);
    const dockerfileText = await readDockerfile(contextDir, dockerfile);
    const entries = await walkContext(contextDir, dockerfile);
    await checkSubmodules(contextDir, entries);
    const read = await readAll(contextDir, entries);
    checkPointers(read);
    const hash = createHash('sha256');
    for (const { entry, content } of read)
      hash.update(`${entry.kind}\0${permissionsOf(entry)}\0${entry.path}\0${content}\0`);
    return {
      digest: hash.digest('hex'),
      dockerfile: String(dockerfileText),
      files: entries.filter((entry) => entry.kind !== 'folder').length,
      bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
      credentials: read.flatMap(({ entry, credential }) =>
        credential === undefined ? [] : [{ path: entry.path, what: credential }],
      ),
      history: entries.some((entry) => entry.path === '.git'),
    };
  },
};

function permissionsOf({ executable, ownMode }: ContextEntry): string {
  return `${executable ? 'x' : ''}${ownMode?.toString(8) ?? ''}`;
}

/** A file, folder or link of a context: a digest of its content, and what it must not be. */
interface Read {
  entry: ContextEntry;
  content: string;
  credential: string | undefined;
  pointer: boolean;
}

async function readAll(contextDir: string, entries: readonly ContextEntry[]): Promise<Read[]> {
  const read: Read[] = new Array(entries.length);
  const queue = entries.entries();
  const worker = async () => {
    for (const [at, entry] of queue) read[at] = await readEntry(contextDir, entry);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return read;
}

async function readEntry(contextDir: string, entry: ContextEntry): Promise<Read> {
  const path = join(contextDir, entry.path);
  const plain = { entry, credential: undefined, pointer: false };
  if (entry.kind === 'folder') return { ...plain, content: '' };
  if (entry.kind === 'link') return { ...plain, content: await readlink(path) };
  const hash = createHash('sha256');
  if (entry.size > LARGEST_AT_ONCE) {
    await pipeline(createReadStream(path), hash);
    return { ...plain, content: hash.digest('hex') };
  }
  const bytes = await readFile(path);
  return {
    entry,
    content: hash.update(bytes).digest('hex'),
    credential: credentialOf(entry, bytes),
    pointer: isPointer(bytes),
  };
}

function credentialOf(entry: ContextEntry, bytes: Buffer): string | undefined {
  if (entry.size > LARGEST_CREDENTIAL || !mayBeCredential(entry.path)) return undefined;
  return credentialIn(entry.path, bytes.toString('utf8'));
}

/**
 * A file of Git LFS that was not fetched would get into the image in place of its content.
 * @throws UserError that names the files
 */
function checkPointers(read: readonly Read[]): void {
  const [first, ...others] = read.filter(({ pointer }) => pointer).map(({ entry }) => entry.path);
  if (first === undefined) return;
  throw new UserError(`the build context holds a pointer of Git LFS in place of a file: ${first}`, {
    details: others.slice(0, 10).map((path) => `and ${path}`),
    remedy:
      'Check out with `lfs: true` (actions/checkout), or run `git lfs pull` before. If the build does not need the file, add it to .dockerignore. Nothing was built.',
  });
}

async function checkFolder(contextDir: string): Promise<void> {
  const found = await stat(contextDir).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new UserError(`build context ${shown(contextDir)} is not a folder`, {
    remedy: 'Check the repository out before (actions/checkout), or correct `context` or `working-directory`.',
  });
}

async function readDockerfile(contextDir: string, dockerfile: string): Promise<Buffer> {
  try {
    return await readFile(dockerfile);
  } catch (cause) {
    const inside = !relative(process.cwd(), contextDir).startsWith('..');
    const below = [...(inside ? [process.cwd()] : []), contextDir].flatMap((folder) =>
      dockerfilesBelow(folder).map((path) => shown(join(folder, path))),
    );
    const [nearest, ...others] = [...new Set(below)];
    throw new UserError(`there is no Dockerfile at ${shown(dockerfile)}`, {
      cause,
      ...(others.length > 0 ? { details: others.slice(0, 5).map((path) => `also found: ${path}`) } : {}),
      remedy:
        nearest === undefined
          ? 'Write one, or name it by `dockerfile` of the image in slipway.yml, or by the input `dockerfile`.'
          : `Did you mean ${nearest}? Name it by \`dockerfile\` of the image in slipway.yml, or by the input \`dockerfile\`.`,
    });
  }
}

function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}

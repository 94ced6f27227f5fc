import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { UserError } from '../../errors.ts';
import { git } from '../git/git.ts';

/** What is read of a repository, and no more. */
export interface ReadBounds {
  /** Paths that are listed. */
  paths: number;
  /** Files that are read, and their bytes: of one, and of all. */
  files: number;
  bytesOfFile: number;
  bytes: number;
  /** Whether a file is read at all. */
  isRead(path: string): boolean;
}

/** A repository on disk. */
export interface ReadRepository {
  /** Absolute folder, without links. */
  root: string;
  /** Name of the folder. */
  folder: string;
  paths: string[];
  text(path: string): string | undefined;
  origin: string | undefined;
  /** The default branch. */
  branch: string | undefined;
  /** The branch that is checked out. */
  head: string | undefined;
  /** What was not read because of a bound, for a note. */
  leftOut: string | undefined;
}

/**
 * Reads a folder: the files that git lists, otherwise all. Runs nothing of it, and follows no links.
 * @param folder absolute path
 * @throws UserError if there is no such folder
 */
export async function readRepository(folder: string, bounds: ReadBounds): Promise<ReadRepository> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new UserError(`${folder} is not a folder`, { remedy: 'Name the folder of the app by --working-directory.' });
  }
  const root = await realpath(folder);
  const all = ((await listedByGit(root)) ?? (await walked(root, bounds.paths))).sort();
  const paths: string[] = [];
  const texts = new Map<string, string>();
  let bytes = 0;
  let missed = Math.max(0, all.length - bounds.paths);
  for (const path of all.slice(0, bounds.paths)) {
    const info = await lstat(join(root, path)).catch(() => undefined);
    if (!info?.isFile()) continue;
    paths.push(path);
    if (!bounds.isRead(path) || info.size > bounds.bytesOfFile) continue;
    if (texts.size >= bounds.files || bytes + info.size > bounds.bytes) {
      missed += 1;
      continue;
    }
    const text = await contentOf(root, path, info.size);
    if (text === undefined) continue;
    texts.set(path, text);
    bytes += info.size;
  }
  const origin = await said(root, 'remote', 'get-url', 'origin');
  const head = await said(root, 'symbolic-ref', '--short', 'HEAD');
  return {
    root,
    folder: basename(root),
    paths,
    text: (path) => texts.get(path),
    origin,
    branch: await defaultBranch(root, head),
    head,
    leftOut: missed === 0 ? undefined : `${missed} files were not read: the repository is larger than init reads`,
  };
}

async function said(root: string, ...args: string[]): Promise<string | undefined> {
  return (await git(root, ...args).catch(() => '')) || undefined;
}

/** Files under version control, and new ones that are not ignored; undefined outside of a checkout. */
async function listedByGit(root: string): Promise<string[] | undefined> {
  const list = await said(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  return list?.split('\0').filter((path) => path !== '' && !path.startsWith('../'));
}

/** What the remote says; a remote that was added by hand says nothing, and then the names say it. */
async function defaultBranch(root: string, head: string | undefined): Promise<string | undefined> {
  const remote = await said(root, 'symbolic-ref', '--short', 'refs/remotes/origin/HEAD');
  if (remote !== undefined) return remote.replace(/^origin\//, '');
  const refs = (await said(root, 'for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes/origin')) ?? '';
  const names = new Set(refs.split('\n').map((ref) => ref.replace(/^refs\/(heads|remotes\/origin)\//, '')));
  return ['main', 'master'].find((name) => names.has(name)) ?? head;
}

const SKIPPED = new Set(['.git', 'node_modules', '.venv', 'venv', 'vendor', 'target', '.next', '__pycache__']);

async function walked(root: string, most: number): Promise<string[]> {
  const paths: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined && paths.length <= most; folder = folders.pop()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path);
      if (entry.isFile()) paths.push(path);
    }
  }
  return paths;
}

/** The text of a regular file inside of the root; undefined for anything else, and for what is no text. */
async function contentOf(root: string, path: string, size: number): Promise<string | undefined> {
  // A folder on the way can be a link that leads out.
  const real = await realpath(join(root, path)).catch(() => '');
  if (!real.startsWith(root + sep)) return undefined;
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    const content = buffer.subarray(0, bytesRead);
    return content.includes(0) ? undefined : content.toString('utf8').replace(/^\uFEFF/, '');
  } finally {
    await file.close();
  }
}

import { relative, sep } from 'node:path';
import { rootOf } from '../adapters/git/checkout.ts';
import { readRepository } from '../adapters/repository/read-repository.ts';
import type { SourceFile } from '../preflight/source-file.ts';

/** Enough for an app; a larger repository is read in part. */
const BOUNDS = { paths: 50_000, files: 3_000, bytesOfFile: 256 * 1024, bytes: 24 * 1024 * 1024 };
const READ = /\.(ya?ml|tpl)$|(^|\/)[^/]{0,100}(Dockerfile|Containerfile)[^/]{0,100}$/i;

/** The files of the app that preflight reads, with paths from the root of the repository, and a note where it read a part. */
export async function sourcesOf(workingDirectory: string): Promise<{ files: SourceFile[]; notes: string[] }> {
  const root = (await rootOf(workingDirectory)) ?? workingDirectory;
  const folder = relative(root, workingDirectory).split(sep).join('/');
  const read = await readRepository(workingDirectory, { ...BOUNDS, isRead: (path) => READ.test(path) });
  const files = read.paths.flatMap((path) => {
    const text = read.text(path);
    return text === undefined ? [] : [{ path: folder === '' ? path : `${folder}/${path}`, text }];
  });
  return { files, notes: read.leftOut === undefined ? [] : [read.leftOut.replace('init', 'preflight')] };
}

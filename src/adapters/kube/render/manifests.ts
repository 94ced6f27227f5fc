import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { messageOf, SlipwayError, UserError } from '../../../errors.ts';
import type { Log, Rendered } from '../../../ports.ts';
import { readDocuments } from './documents.ts';

const MANIFEST = /\.(ya?ml|json)$/;

/**
 * The objects of a file, or of the manifests of a folder in the order of their names. Sub-folders are not read.
 * @param log gets a warning about sub-folders that hold manifests
 */
export async function readManifests(path: string, log: Pick<Log, 'warning'>): Promise<Rendered[]> {
  const files = await manifestFiles(path, log);
  const all: Rendered[] = [];
  const problems: SlipwayError[] = [];
  for (const file of files) {
    try {
      all.push(...readDocuments(await readFile(file, 'utf8'), relative(process.cwd(), file)));
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      problems.push(error);
    }
  }
  const [first, ...more] = problems;
  if (!first) return all;
  throw new UserError(first.message, {
    details: [...first.details, ...more.flatMap((problem) => [problem.message, ...problem.details])],
    ...(first.remedy ? { remedy: first.remedy } : {}),
  });
}

async function manifestFiles(path: string, log: Pick<Log, 'warning'>): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const skipped = await foldersWithManifests(
      path,
      entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
    );
    const names = entries.filter((entry) => !entry.isDirectory() && MANIFEST.test(entry.name)).map(({ name }) => name);
    if (names.length > 0) {
      if (skipped.length > 0) {
        log.warning(
          `deploy.manifests: sub-folders of ${relative(process.cwd(), path) || path} are not read: ${skipped.join(', ')}`,
        );
      }
      return names.sort().map((name) => join(path, name));
    }
  } catch (cause) {
    throw new UserError(`deploy.manifests: ${path} cannot be read: ${messageOf(cause)}`, {
      remedy: 'Correct deploy.manifests; {environment} in it stands for the name of the environment.',
      cause,
    });
  }
  throw new UserError(`deploy.manifests: there is no *.yaml, *.yml or *.json in ${path}`, {
    remedy: 'Sub-folders are not read: name the folder that holds the manifests.',
  });
}

async function foldersWithManifests(path: string, folders: string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (name) => ((await readdir(join(path, name))).some((file) => MANIFEST.test(file)) ? [name] : [])),
  );
  return found.flat().sort();
}

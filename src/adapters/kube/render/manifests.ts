import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { messageOf, SlipwayError, UserError } from '../../../errors.ts';
import type { Rendered } from '../../../ports.ts';
import { readDocuments } from './documents.ts';

const MANIFEST = /\.(ya?ml|json)$/;

/** The objects of a file, or of the manifests of a folder in the order of their names; sub-folders are not entered. */
export async function readManifests(path: string): Promise<Rendered[]> {
  const files = await manifestFiles(path);
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

async function manifestFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => MANIFEST.test(name)).sort();
    if (names.length > 0) return names.map((name) => join(path, name));
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

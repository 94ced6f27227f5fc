import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { bundle } from './build.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** One digest of all files of a folder: their names and contents, in the order of the names. */
export async function digestOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const names = files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1)).sort();
  const hash = createHash('sha256');
  for (const name of names) {
    const content = await readFile(join(folder, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Builds the bundle from a copy of the sources at another path; resolves to the digest of what came out. */
export async function digestOfCopy(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'slipway-dist-'));
  try {
    for (const name of ['src', 'scripts', 'package.json', 'tsconfig.json']) {
      await cp(join(root, name), join(copy, name), { recursive: true });
    }
    // Hard links: a symbolic one would be resolved, and the copy would still build from the files at our own path.
    await run('cp', ['-al', '--', join(root, 'node_modules'), copy]).catch(() =>
      run('cp', ['-a', '--', join(root, 'node_modules'), copy]),
    );
    const build = (await import(pathToFileURL(join(copy, 'scripts/build.ts')).href)) as { bundle: typeof bundle };
    await build.bundle();
    return await digestOf(join(copy, 'dist'));
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/**
 * `npm run dist [-- --output <name>]`: builds dist/ here and a second time at another path, and fails unless both are the
 * same, byte for byte. Prints the digest, and writes it as that output of the workflow's step.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { output: { type: 'string' } } });
  await bundle();
  const [here, there] = [await digestOf(join(root, 'dist')), await digestOfCopy()];
  if (here !== there) throw new Error(`dist/ is not reproducible: ${here} here, ${there} when built at another path`);
  console.log(here);
  const file = process.env.GITHUB_OUTPUT;
  if (values.output && file) await appendFile(file, `${values.output}=${here}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

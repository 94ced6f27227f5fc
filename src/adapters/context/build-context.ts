import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readlink, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../errors.ts';
import type { BuildContext, ContextScan, FoundCredential } from '../../ports.ts';
import { stagesOf } from '../docker/dockerfile.ts';
import { credentialIn, LARGEST_CREDENTIAL, mayBeCredential } from './credentials.ts';
import { dockerfilesBelow } from './nearest-dockerfile.ts';
import { type ContextEntry, walkContext } from './walk.ts';

/** Build contexts on disk. */
export const diskContext: BuildContext = {
  async scan(contextDir: string, dockerfile: string): Promise<ContextScan> {
    await checkFolder(contextDir);
    const dockerfileText = await readDockerfile(contextDir, dockerfile);
    const entries = await walkContext(contextDir, dockerfile);
    const credentials: FoundCredential[] = [];
    const hash = createHash('sha256');
    for (const entry of entries) {
      hash.update(`${entry.kind}\0${entry.mode.toString(8)}\0${entry.path}\0${await contentOf(contextDir, entry)}\0`);
      const what = await credentialOf(contextDir, entry);
      if (what !== undefined) credentials.push({ path: entry.path, what });
    }
    return {
      digest: hash.digest('hex'),
      dockerfileDigest: createHash('sha256').update(dockerfileText).digest('hex'),
      stages: stagesOf(String(dockerfileText)),
      files: entries.filter((entry) => entry.kind !== 'folder').length,
      bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
      credentials,
      history: entries.some((entry) => entry.path === '.git'),
    };
  },
};

async function contentOf(contextDir: string, entry: ContextEntry): Promise<string> {
  const path = join(contextDir, entry.path);
  if (entry.kind === 'folder') return '';
  if (entry.kind === 'link') return readlink(path);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function credentialOf(contextDir: string, entry: ContextEntry): Promise<string | undefined> {
  if (entry.kind !== 'file' || entry.size > LARGEST_CREDENTIAL || !mayBeCredential(entry.path)) return undefined;
  return credentialIn(entry.path, await readFile(join(contextDir, entry.path), 'utf8'));
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

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const COMMIT = /(^|[^0-9a-f])[0-9a-f]{40}([^0-9a-f]|$)/;
/** @see https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md */
const REMOTE = /^([a-z+]+::|[a-z+]+:\/\/|git@|github\.com[/:]|[\w.-]+\.[a-z]{2,}\/[^?]*\?([^&]*&)*ref=)/i;

/** Remote resources and components of a kustomization, and of its local ones, that name no commit. */
export async function movingBases(path: string, seen: Set<string> = new Set()): Promise<string[]> {
  if (seen.has(path)) return [];
  seen.add(path);
  const found: string[] = [];
  for (const entry of await entriesOf(path)) {
    if (REMOTE.test(entry)) found.push(...(COMMIT.test(entry) ? [] : [entry]));
    else if (await isFolder(join(path, entry))) found.push(...(await movingBases(join(path, entry), seen)));
  }
  return [...new Set(found)];
}

/** kustomize has read these files before and reports what is not valid. */
async function entriesOf(path: string): Promise<string[]> {
  for (const name of FILES) {
    const text = await readFile(join(path, name), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const { resources, components, bases } = asFields(load(text));
    return [resources, components, bases].flatMap((list) =>
      Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [],
    );
  }
  return [];
}

function asFields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

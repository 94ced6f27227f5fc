import { join } from 'node:path';
import { load } from 'js-yaml';
import { fieldsOf, isFolder, kustomizationIn } from './kustomization-file.ts';

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
  const file = await kustomizationIn(path);
  const { resources, components, bases } = fieldsOf(file && load(file.text));
  return [resources, components, bases].flatMap((list) =>
    Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [],
  );
}

import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { load } from 'js-yaml';
import { messageOf, UserError } from '../../../../errors.ts';
import type { ConfinedContext, Rendered } from '../../../../ports.ts';
import { readDocuments } from '../documents.ts';
import { fieldsOf, isFolder, kustomizationIn } from '../kustomization-file.ts';
import { INSTALL_KUBECTL } from '../kustomize.ts';
import { outputOf } from '../program.ts';
import { builtinTexts } from './builtin-plugins.ts';
import { inCell, offline, programPath } from './environment.ts';
import { type Checkout, checkoutAt, requireInside } from './inside.ts';
import { textsIn } from './texts.ts';

/** A URL or an address of git, where kustomize expects a file or a folder. */
const REMOTE = /^([a-z+]+::|[a-z+]+:\/\/|git@|(www\.)?github\.com[/:]|[\w.-]+\.[a-z]{2,}:[^/])/i;
/** Fields of a kustomization whose text is no path. */
const NO_PATHS = new Set([
  'commonannotations',
  'commonlabels',
  'images',
  'labels',
  'literals',
  'metadata',
  'options',
  'patch',
  'sourcevalue',
  'vars',
]);

/**
 * The objects of a kustomization of a pull request. kustomize itself reads no file outside of the folder of a kustomization;
 * the folders are checked here, before it runs. Remote bases and files, `helmCharts` and plugins are refused.
 */
export async function renderConfinedKustomization(
  path: string,
  stepEnv: NodeJS.ProcessEnv,
  { checkout: folder, signal }: ConfinedContext,
): Promise<Rendered[]> {
  const checkout = await checkoutAt(folder, stepEnv);
  await checkKustomization(path, checkout, new Set());
  const program = await programPath('kubectl', stepEnv);
  return inCell(stepEnv, async ({ env }) => {
    const args = ['kustomize', '--', path];
    const text = await outputOf(program, args, { env: offline(env), signal, install: INSTALL_KUBECTL, remedy });
    return readDocuments(text, `kustomize ${relative(checkout.root, path) || '.'}`);
  });
}

async function checkKustomization(path: string, checkout: Checkout, seen: Set<string>): Promise<void> {
  if (seen.has(path)) return;
  seen.add(path);
  await requireInside(path, 'kustomize', checkout);
  const file = await fileOf(path);
  if (file === undefined) return;
  const name = relative(checkout.root, file.path);
  if (Object.keys(fieldsOf(file.content)).some((key) => /^helm(Charts|ChartInflationGenerator|Globals)$/i.test(key))) {
    throw new UserError(`${name}: helmCharts are not inflated in a review environment`, {
      remedy:
        'Use the chart itself (deploy.helm), or commit its rendered objects as a resource of the overlay of reviews. Nothing was written.',
    });
  }
  // kustomize accepts its fields in upper and lower case.
  for (const text of textsIn(file.content, NO_PATHS)) {
    const target = join(path, withoutKey(text));
    if (text.includes('\n')) refuseRemotePlugin(name, text);
    else if (REMOTE.test(withoutKey(text))) throw remoteBase(name, withoutKey(text));
    else if (await isFolder(target)) await checkKustomization(target, checkout, seen);
    else if (await isFolder(dirname(target))) {
      await requireInside(target, name, checkout);
      refuseRemotePlugin(relative(checkout.root, target), await readFile(target, 'utf8').catch(() => ''));
    }
  }
}

/** Generators and transformers load files, too. @param text of the file, or of a text in it */
function refuseRemotePlugin(file: string, text: string): void {
  const texts = builtinTexts(text);
  if (texts === undefined) {
    throw new UserError(`${file}: a generator or transformer that is not YAML`, { remedy: 'Correct the file.' });
  }
  const remote = texts.map(withoutKey).find((one) => REMOTE.test(one));
  if (remote !== undefined) throw remoteBase(file, remote);
}

function remoteBase(file: string, text: string): UserError {
  return new UserError(`${file}: ${text} is not in the checkout`, {
    details: ['A review environment is rendered without the network and without credentials.'],
    remedy: 'Commit what it names into the repository, and name the folder or the file. Nothing was written.',
  });
}

async function fileOf(folder: string): Promise<{ path: string; content: unknown } | undefined> {
  const file = await kustomizationIn(folder);
  if (file === undefined) return undefined;
  try {
    return { path: file.path, content: load(file.text) };
  } catch (cause) {
    throw new UserError(`${file.path}: ${messageOf(cause)}`, { remedy: 'Correct the kustomization.', cause });
  }
}

/** `key=path` of a generator, as a path. */
function withoutKey(text: string): string {
  const at = text.indexOf('=');
  return at < 0 || REMOTE.test(text) ? text : text.slice(at + 1);
}

function remedy(stderr: string): string | undefined {
  if (/no 'git' program|proxyconnect|dial tcp/i.test(stderr)) {
    return 'A review environment is rendered without the network: commit remote bases and files into the repository.';
  }
  if (/plugin|enable-helm/i.test(stderr)) return 'Slipway runs no plugins of kustomize, and inflates no charts there.';
  return undefined;
}

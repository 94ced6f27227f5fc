import { existsSync } from 'node:fs';
import { cp, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import { KUSTOMIZATION_FILES } from '../../src/adapters/kube/render/kustomization-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { fitName } from '../../src/objects/names.ts';
import { renderedObjects } from './rendered-objects.ts';

/** A folder of files that Slipway and a native program get, each as its users would. */
export interface SweepSet {
  /** Name of the folder. */
  id: string;
  /** The checkout, with slipway.yml. */
  folder: string;
  config: Config;
  /** The environment that is rolled out. */
  environment: string;
  namespace: string;
}

const CONFIG = 'slipway.yml';

/**
 * The sets of these folders. A folder that is no set itself stands for the sets in it.
 * @throws Error for a folder that neither is a set nor contains one
 */
export async function findSets(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map(async (folder) => setsIn(resolve(folder))));
  return found.flat();
}

async function setsIn(folder: string): Promise<string[]> {
  if (await isSet(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const sets = (await Promise.all(below.map(async (one) => ((await isSet(one)) ? [one] : [])))).flat();
  if (sets.length === 0) throw new Error(`${folder}: neither a chart, a kustomization, manifests nor a slipway.yml`);
  return sets.sort();
}

async function isSet(folder: string): Promise<boolean> {
  if (existsSync(join(folder, CONFIG))) return true;
  return sourceOf(await readdir(folder)) !== undefined;
}

/** The key of `deploy` for the files of a folder; undefined where there is nothing to deploy. */
export function sourceOf(files: readonly string[]): 'helm' | 'kustomize' | 'manifests' | undefined {
  if (files.includes('Chart.yaml')) return 'helm';
  if (KUSTOMIZATION_FILES.some((name) => files.includes(name))) return 'kustomize';
  return files.some((name) => /\.(ya?ml|json)$/.test(name)) ? 'manifests' : undefined;
}

/**
 * Copies a set into a checkout of its own. Without a slipway.yml, writes the one that a user would write: the source, the image of
 * the first workload, and the namespace that the objects name, otherwise one of the sweep.
 * @param checkout an empty folder
 * @param env for the programs that render
 */
export async function openSet(folder: string, checkout: string, env: NodeJS.ProcessEnv): Promise<SweepSet> {
  const id = basename(folder);
  if (existsSync(join(folder, CONFIG))) await cp(folder, checkout, { recursive: true });
  else await writeConfig(folder, checkout, env);
  const config = loadConfig(checkout, CONFIG);
  const [first] = Object.entries(config.environments ?? {}).filter(([, { promoteFrom }]) => promoteFrom === undefined);
  if (!first) throw new Error(`${folder}/${CONFIG} has no environment to roll out to`);
  const [environment, { namespace }] = first;
  return { id, folder: checkout, config, environment, namespace };
}

const FOLDERS = { helm: 'chart', kustomize: 'k8s', manifests: 'k8s' } as const;

async function writeConfig(folder: string, checkout: string, env: NodeJS.ProcessEnv): Promise<void> {
  const source = sourceOf(await readdir(folder));
  if (!source) throw new Error(`${folder}: nothing to deploy`);
  const path = FOLDERS[source];
  await cp(folder, join(checkout, path), { recursive: true });
  const app = fitName(
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '-'),
    30,
  );
  const { repository, namespace } = await renderedObjects({ folder: join(checkout, path), source, app }, env);
  const config = {
    app,
    image: { repository: repository ?? `docker.io/library/${app}` },
    deploy: source === 'helm' ? { helm: { chart: path } } : { [source]: path },
    environments: { staging: { namespace: namespace ?? `sweep-${app}` } },
  };
  await writeFile(join(checkout, CONFIG), dump(config));
}

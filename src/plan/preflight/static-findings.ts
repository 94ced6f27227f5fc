import { posix } from 'node:path';
import { repositoriesOf } from '../../config/images.ts';
import { hasOwnObjects } from '../../config/own-objects-rules.ts';
import type { Config } from '../../config/schema.ts';
import { workloadsOf } from '../../config/workloads.ts';
import { keyWrittenAt } from '../../config/written-at.ts';
import { list } from '../../objects/fields.ts';
import { containersOf, podTemplateOf, repositoryOf } from '../../objects/pod-template.ts';
import type { Finding } from '../../preflight/finding.ts';
import { backendsOf } from '../../preflight/objects/backends.ts';
import { objectFindings } from '../../preflight/objects/judge.ts';
import type { Placer } from '../../preflight/objects/observed.ts';
import { placerOf } from '../../preflight/objects/places.ts';
import { codeAddressFindings } from '../../preflight/source/addresses.ts';
import { clientAddressFindings } from '../../preflight/source/client-address.ts';
import { codeLines } from '../../preflight/source/code-files.ts';
import { dockerfileFindings } from '../../preflight/source/dockerfile.ts';
import { hadolintFindings } from '../../preflight/source/hadolint.ts';
import type { Recipe } from '../../preflight/source/recipe.ts';
import type { EnvironmentObjects } from './environment-objects.ts';
import { type RecipeSources, recipesOf } from './recipes.ts';

/** What is judged beside the objects of the environments. */
export interface StaticSources extends RecipeSources {
  /** Addresses of the live cluster → what has them; undefined: not asked. */
  live?: ReadonlyMap<string, string> | undefined;
  /** Path of a Dockerfile → report of hadolint in JSON. */
  hadolint?: ReadonlyMap<string, string> | undefined;
}

/** Findings from the objects of each environment and from files. Nothing is started for them. */
export function staticFindings(
  config: Config,
  environments: readonly EnvironmentObjects[],
  sources: StaticSources,
): Finding[] {
  const own = Object.values(repositoriesOf(config));
  const placer = hasOwnObjects(config) ? ownPlacer(sources) : writtenPlacer(config, sources.configFile);
  const ofObjects = environments.flatMap(({ environment, objects }) =>
    objectFindings({
      environment,
      objects,
      production: config.environments?.[environment]?.promoteFrom !== undefined,
      own,
      placer,
      live: sources.live,
      rendersByVersion: config.deploy.helm !== undefined,
    }),
  );
  const repositories = repositoriesOf(config);
  const recipes = [...recipesOf(config, sources)].map(([name, recipe]) => {
    return { ...recipe, replaced: replacedIn(environments, repositories[name] ?? '') };
  });
  const each = recipes.filter(({ path, target }, index) => {
    return recipes.findIndex((one) => one.path === path && one.target === target) === index;
  });
  const lines = codeLines(sources.files.filter(({ path }) => isOfApp(path, sources)));
  const proxied = environments.some(({ objects }) => objects.some((object) => backendsOf(object).length > 0));
  return [
    ...ofObjects,
    ...each.flatMap(dockerfileFindings),
    ...[...(sources.hadolint ?? [])].flatMap(([path, report]) => hadolintFindings(path, report)),
    ...clientAddressFindings(lines, proxied),
    ...codeAddressFindings(lines, sources.live),
  ];
}

/** What all containers of an image start in place of its own command. */
function replacedIn(environments: readonly EnvironmentObjects[], repository: string): Recipe['replaced'] {
  const containers = environments
    .flatMap(({ objects }) => objects.flatMap((object) => podTemplateOf(object) ?? []))
    .flatMap(containersOf)
    .filter(({ image = '' }) => repositoryOf(image) === repositoryOf(repository));
  const all = (field: string) => containers.length > 0 && containers.every((one) => list(one[field]).length > 0);
  return all('command') ? 'command' : all('args') ? 'args' : undefined;
}

/** The objects of the team: files below the folder of slipway.yml. */
function ownPlacer(sources: StaticSources): Placer {
  const { files, configFile } = sources;
  return placerOf(files.filter(({ path }) => /\.ya?ml$/.test(path) && path !== configFile && isOfApp(path, sources)));
}

/** A file below the folder of slipway.yml. */
function isOfApp(path: string, { configFile }: StaticSources): boolean {
  const folder = posix.dirname(configFile);
  return folder === '.' || path.startsWith(`${folder}/`);
}

/** Objects that Slipway writes: the key of the process in slipway.yml. */
function writtenPlacer(config: Config, configFile: string): Placer {
  const processes = Object.keys(workloadsOf(config).processes);
  return ({ metadata: { name } }) => {
    const process = processes.find((one) => name === `${config.app}-${one}`);
    const key = process === undefined ? ['deploy'] : ['deploy', 'processes', process];
    const line = keyWrittenAt(config, key)?.line;
    return line === undefined ? { file: configFile } : { file: configFile, line };
  };
}

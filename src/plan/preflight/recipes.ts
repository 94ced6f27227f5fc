import { posix } from 'node:path';
import { imagesOf } from '../../config/images.ts';
import type { Config } from '../../config/schema.ts';
import type { Recipe } from '../../preflight/source/recipe.ts';
import type { SourceFile } from '../../preflight/source-file.ts';
import { contextNames } from '../images/contexts.ts';
import { dockerfileUse } from '../images/dockerfile-use.ts';

/** What recipes are read from. */
export interface RecipeSources {
  /** Paths from the root of the repository. */
  files: readonly SourceFile[];
  /** Path of slipway.yml from the root of the repository: its paths are relative to its folder. */
  configFile: string;
  /** Base image → digest that its registry serves; without one, the remedy has no line to paste. */
  digests?: ReadonlyMap<string, string> | undefined;
}

/** Path of the Dockerfile of each image. @param folder that of slipway.yml; the paths begin where it begins */
export function dockerfilePaths(config: Config, folder: string): ReadonlyMap<string, string> {
  const all = Object.entries(imagesOf(config)).map(([name, { context = '.', dockerfile }]) => {
    return [name, posix.normalize(posix.join(folder, context, dockerfile ?? 'Dockerfile'))] as const;
  });
  return new Map(all);
}

/** The Dockerfile of each image of slipway.yml: name of the image → recipe. One that is not among the files is left out. */
export function recipesOf(config: Config, { files, configFile, digests }: RecipeSources): ReadonlyMap<string, Recipe> {
  const paths = dockerfilePaths(config, posix.dirname(configFile));
  const found = Object.entries(imagesOf(config)).flatMap(([name, { target, args = {}, contexts = {} }]) => {
    const file = files.find(({ path }) => path === paths.get(name));
    if (file === undefined) return [];
    const { images: read } = dockerfileUse(file.text, target, args, contextNames(Object.keys(contexts)));
    const images = read.map((image) => [image, digests?.get(image)] as const);
    return [[name, { ...file, target, images: new Map(images), built: true }] as const];
  });
  return new Map(found);
}

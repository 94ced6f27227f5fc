import { repositoriesOf } from '../../config/images.ts';
import type { Config } from '../../config/schema.ts';
import { containersOf, podTemplateOf, repositoryOf } from '../../objects/pod-template.ts';
import type { Place } from '../../preflight/finding.ts';
import type { ImagePod } from '../../preflight/image/judge.ts';
import { userOf } from '../../preflight/objects/images.ts';
import { placeOfUser } from '../../preflight/source/dockerfile.ts';
import type { EnvironmentObjects } from './environment-objects.ts';
import { type RecipeSources, recipesOf } from './recipes.ts';

/** What is known of an image before it is read. */
export interface ExpectedImage {
  pods: ImagePod[];
  /** The line of its Dockerfile that decides about the user. */
  place: Place | undefined;
}

/** Each image of slipway.yml: where it runs, and what it is built from. */
export function expectedImages(
  config: Config,
  environments: readonly EnvironmentObjects[],
  sources: RecipeSources,
): Readonly<Record<string, ExpectedImage>> {
  const recipes = recipesOf(config, sources);
  const all = Object.entries(repositoriesOf(config)).map(([name, repository]) => {
    const recipe = recipes.get(name);
    return [name, { pods: podsOf(repository, environments), place: recipe && placeOfUser(recipe) }] as const;
  });
  return Object.fromEntries(all);
}

function podsOf(repository: string, environments: readonly EnvironmentObjects[]): ImagePod[] {
  return environments.flatMap(({ environment, objects }) =>
    objects.flatMap((object) => {
      const template = podTemplateOf(object);
      const containers = template === undefined ? [] : containersOf(template);
      return containers
        .filter(({ image = '' }) => repositoryOf(image) === repositoryOf(repository))
        .map((container) => ({
          environment,
          object: `${object.kind} ${object.metadata.name}`,
          ...userOf(template?.spec, container),
        }));
    }),
  );
}

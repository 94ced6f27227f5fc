import type { ImageConfig } from './image-schema.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config, TestConfig } from './schema.ts';

/**
 * The images of slipway.yml by name, in the order of the file. The short form `image` is one image with the name of the app.
 */
export function imagesOf({
  app,
  image,
  images,
}: Pick<Config, 'app' | 'image' | 'images'>): Record<string, ImageConfig> {
  if (images !== undefined) return images;
  return image === undefined ? {} : { [app]: image };
}

/** The name of the only image; undefined with several. */
export function onlyImage(config: Pick<Config, 'app' | 'image' | 'images'>): string | undefined {
  const [first, ...others] = Object.keys(imagesOf(config));
  return others.length === 0 ? first : undefined;
}

/** The repository of each image, by name. */
export function repositoriesOf(config: Pick<Config, 'app' | 'image' | 'images'>): Record<string, string> {
  return Object.fromEntries(Object.entries(imagesOf(config)).map(([name, { repository }]) => [name, repository]));
}

/** The key of an image in slipway.yml, for messages: `image`, or `images.<name>`. */
export function imageKey(name: string, { images }: Pick<Config, 'images'>): string {
  return images === undefined ? 'image' : `images.${name}`;
}

/** Name of the image that a test runs in; undefined where several images leave it open, which the check of the file refuses. */
export function imageOfTest(
  { image }: Pick<TestConfig, 'image'>,
  config: Pick<Config, 'app' | 'image' | 'images'>,
): string | undefined {
  return image ?? onlyImage(config);
}

/** Rules between `image` and `images`, which hold for every file, also for one with other problems. */
export function presenceProblems({ image, images }: Partial<Record<'image' | 'images', unknown>>): RuleProblem[] {
  if (image !== undefined && images !== undefined) {
    return [
      ruleProblem(['images'], 'give either `image` or `images`; move `image` into `images` and give it a name there'),
    ];
  }
  if (image === undefined && images === undefined) {
    return [ruleProblem(['image'], 'is missing (a map); with several images, give `images`')];
  }
  return [];
}

/** Rules between images that a schema cannot state. */
export function imageProblems(config: Config): RuleProblem[] {
  const images = imagesOf(config);
  if (config.images !== undefined && Object.keys(images).length === 0) {
    const message = 'is empty; name at least one image, for example { web: { repository: ghcr.io/acme/web } }';
    return [ruleProblem(['images'], message)];
  }
  return sharedRepositories(images);
}

/** Slipway finds the images in the objects of a team, and in records, by their repositories. */
function sharedRepositories(images: Readonly<Record<string, ImageConfig>>): RuleProblem[] {
  const owners = new Map<string, string>();
  return Object.entries(images).flatMap(([name, { repository }]) => {
    const key = repository
      .replace(/^index\.docker\.io\//, 'docker.io/')
      .replace(/^docker\.io\/library\//, 'docker.io/');
    const owner = owners.get(key);
    owners.set(key, owner ?? name);
    if (owner === undefined) return [];
    const message = `${owner} has the repository ${repository} already; give each image one of its own`;
    return [ruleProblem(['images', name, 'repository'], message)];
  });
}

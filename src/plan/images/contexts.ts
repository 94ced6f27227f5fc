import { resolve } from 'node:path';
import { about, SlipwayError, UserError } from '../../errors.ts';
import { type ImageReference, parseReference, tryReference } from '../../objects/image-reference.ts';

/**
 * A folder or an image that a Dockerfile names in FROM, COPY --from or RUN --mount=from, in place of a stage or an image.
 * @see https://docs.docker.com/build/concepts/context/#named-contexts
 */
export type NamedContext = {
  name: string;
  /** The key of slipway.yml that names it. */
  key: string;
} & (
  | {
      /** Absolute. */
      folder: string;
    }
  | {
      /** Its reference. */
      image: string;
    }
);

const IMAGE = 'docker-image://';

/**
 * Reads `contexts` of an image, which the rules of slipway.yml have passed.
 * @param key of the image in slipway.yml: `image` or `images.<name>`
 * @param workingDirectory absolute; folders are relative to it
 * @throws UserError for a name or a value that is no reference, and for two names of one image
 */
export function namedContexts(
  given: Readonly<Record<string, string>>,
  key: string,
  workingDirectory: string,
): NamedContext[] {
  const names = new Map<string, string>();
  return Object.entries(given).map(([name, value]) => {
    const own = `${key}.contexts.${name}`;
    const canonical = checked(own, () => contextName(parseReference(name)));
    const other = names.get(canonical);
    if (other !== undefined) {
      throw new UserError(`${own}: "${name}" and "${other}" are one name`, { remedy: 'Keep one of them.' });
    }
    names.set(canonical, name);
    if (!value.startsWith(IMAGE)) return { name, key: own, folder: resolve(workingDirectory, value) };
    const image = value.slice(IMAGE.length);
    checked(own, () => parseReference(image));
    return { name, key: own, image };
  });
}

/**
 * The name by which BuildKit looks a context up: that of an image, without the tag `latest`.
 * @see NamedContext in github.com/moby/buildkit/frontend/dockerui
 */
export function contextName({ repository, tag, digest }: ImageReference): string {
  const full = `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return full.replace(/:latest$/, '');
}

/** The names by which BuildKit looks these contexts up; leaves out what is no reference. */
export function contextNames(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map(tryReference).flatMap((reference) => (reference ? [contextName(reference)] : [])));
}

function checked<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SlipwayError ? about(key, error) : error;
  }
}

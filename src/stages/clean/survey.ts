import { EnvironmentError } from '../../errors.ts';
import { isFields } from '../../objects/fields.ts';
import { subjectOfTag } from '../../objects/oci/referrers-index.ts';
import type { Component, RepositoryState } from '../../plan/clean/components.ts';
import type { BuiltImage } from '../../plan/clean/judge.ts';
import { readSightings, SIGHTINGS_TAG, SIGHTINGS_TYPE, type Sightings } from '../../plan/clean/sightings.ts';
import type { ImageRepository, StoredManifest } from '../../ports.ts';
import { inPool } from '../pool.ts';

const AT_ONCE = 16;
const CONFIG_TYPES = ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'];
const LAYER_TYPE = /^application\/vnd\.(oci\.image\.layer|docker\.image\.rootfs)\./;

/** The sightings of earlier runs. @throws EnvironmentError when their tag holds something else */
export async function readSightingsOf(repository: ImageRepository): Promise<Sightings> {
  const noted = await repository.manifest(SIGHTINGS_TAG);
  if (!noted) return new Map();
  const [layer] = noted.layers;
  const text = layer && noted.artifactType === SIGHTINGS_TYPE ? await repository.blob(layer) : undefined;
  const sightings = text && readSightings(text.toString('utf8'));
  if (sightings) return sightings;
  throw new EnvironmentError(`${repository.name}:${SIGHTINGS_TAG} does not hold what clean-registry writes there`, {
    details: ['Nothing was deleted.'],
    remedy: 'Delete this tag: clean-registry begins again, and deletes the first images a day later.',
  });
}

/**
 * Reads everything of a repository.
 * @param known digests of an earlier run: what that run could not finish may have no tag any more
 * @throws EnvironmentError if a manifest cannot be read: nothing may be deleted
 */
export async function surveyOf(repository: ImageRepository, known: Iterable<string>): Promise<RepositoryState> {
  const listed = await repository.list();
  const manifests = new Map<string, StoredManifest>();
  const storedAt = new Map(listed.flatMap(({ digest, storedAt: at }) => (at === undefined ? [] : [[digest, at]])));
  const asked = new Set<string>();
  // An image without a tag is found by the tag of the index of what refers to it.
  const subjects = listed.flatMap(({ tags }) => tags.flatMap((tag) => subjectOfTag(tag) ?? []));
  let next = [...new Set([...listed.map(({ digest }) => digest), ...subjects, ...known])];
  const needed = new Map(listed.map(({ digest, tags }) => [digest, tags[0] ?? digest]));
  while (next.length > 0) {
    for (const digest of next) asked.add(digest);
    const found = await inPool(
      next,
      async (digest) => {
        const manifest = await repository.manifest(digest);
        if (!manifest && needed.has(digest)) throw missing(repository, digest, needed.get(digest) ?? '');
        if (manifest) manifests.set(digest, manifest);
        for (const child of manifest?.manifests ?? []) needed.set(child.digest, digest);
        const referrers = manifest ? await repository.referrers(digest) : [];
        const subject = manifest?.subject === undefined ? [] : [manifest.subject];
        return [...(manifest?.manifests.map((child) => child.digest) ?? []), ...subject, ...referrers];
      },
      AT_ONCE,
    );
    next = [...new Set(found.flat())].filter((digest) => !asked.has(digest));
  }
  return { tags: new Map(listed.flatMap(({ digest, tags }) => tags.map((tag) => [tag, digest]))), manifests, storedAt };
}

/**
 * A list without a tag that must be in it lacks others as well, and their images would look unused.
 * @throws EnvironmentError
 */
export function checkComplete({ tags }: RepositoryState, sightings: Sightings, { name }: ImageRepository): void {
  if (sightings.size === 0 || tags.has(SIGHTINGS_TAG)) return;
  throw new EnvironmentError(`${name}: the list of tags is not complete, because it lacks ${SIGHTINGS_TAG}`, {
    details: ['Nothing was deleted.'],
    remedy: 'Run again. If it happens again, ask the operators of the registry why it does not list all tags.',
  });
}

/** The images of components: digest of a manifest → what its configuration says. */
export async function builtImages(
  repository: ImageRepository,
  components: readonly Component[],
): Promise<ReadonlyMap<string, BuiltImage>> {
  const images = components.flatMap(({ manifests }) => manifests.filter(isImage));
  const read = await inPool(
    images,
    async ({ digest, config }) => [digest, builtImage(await repository.blob(config ?? { digest }))] as const,
    AT_ONCE,
  );
  return new Map(read);
}

/** Not an attestation, a signature or a cache, which have the form of an image. */
function isImage({ config, layers, subject }: StoredManifest): boolean {
  const isOne = config !== undefined && CONFIG_TYPES.includes(config.mediaType) && subject === undefined;
  return isOne && layers.every(({ mediaType }) => LAYER_TYPE.test(mediaType));
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
function builtImage(content: Buffer): BuiltImage {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    value = undefined;
  }
  const { config, created } = isFields(value) ? value : {};
  const labels = isFields(config) && isFields(config.Labels) ? config.Labels : {};
  const texts = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const createdAt = Date.parse(String(created));
  return { labels: Object.fromEntries(texts), createdAt: Number.isNaN(createdAt) ? undefined : createdAt };
}

function missing({ name }: ImageRepository, digest: string, by: string): EnvironmentError {
  return new EnvironmentError(`${name}: the manifest ${digest} is missing, which ${by} names`, {
    details: ['Nothing was deleted: what cannot be read cannot be judged.'],
    remedy:
      'Run again. If it is still missing, somebody deleted it: delete what names it by hand, or push the image again.',
  });
}

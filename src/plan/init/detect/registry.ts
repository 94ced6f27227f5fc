import { at, type Found, type Repository, search } from '../repository.ts';
import { remoteOf } from './names.ts';

export const VARIANTS = ['google-cloud', 'kubernetes'] as const;
export type Variant = (typeof VARIANTS)[number];

const CI =
  /^\.github\/workflows\/[^/]+\.ya?ml$|^cloudbuild\.ya?ml$|^skaffold\.ya?ml$|^\.gitlab-ci\.ya?ml$|^\.circleci\/config\.yml$/;

/** What builds and deploys today. Workflows that init has written say nothing new. */
function ciFiles(repository: Repository): string[] {
  return repository.paths.filter(
    (path) => CI.test(path) && !repository.text(path)?.includes('uses: slipway-deploy/slipway'),
  );
}

/** Which workflows fit: what the repository already uses decides. */
export function detectVariant(repository: Repository): Found<Variant> {
  const files = ciFiles(repository);
  const [google] = search(
    repository,
    files,
    /google-github-actions\/(?:auth|setup-gcloud|get-gke)|gcloud container clusters|-docker\.pkg\.dev\/|\bgcr\.io\/\$|get-credentials/,
    1,
  );
  if (google !== undefined) return { value: 'google-cloud', from: at(google.path, google.line, google.text) };
  return { value: 'kubernetes', from: 'no file of the repository names Google Cloud' };
}

/** A folder of a registry: host and path, without the image. */
export function detectRegistry(repository: Repository, variant: Variant): Found<string> | undefined {
  const files = ciFiles(repository);
  if (variant === 'google-cloud') {
    const [hit] = search(
      repository,
      files,
      /\b([a-z0-9-]{2,40}-docker\.pkg\.dev\/[a-z0-9-]{2,40}\/[a-z0-9-]{2,60})\//,
      1,
    );
    const [gcr] =
      hit === undefined ? search(repository, files, /\b((?:[a-z]{2,6}\.)?gcr\.io\/[a-z0-9-]{2,40})\//, 1) : [];
    if (gcr !== undefined) return { value: gcr.groups[0] ?? '', from: at(gcr.path, gcr.line, gcr.groups[0]) };
    return hit && { value: hit.groups[0] ?? '', from: at(hit.path, hit.line, hit.groups[0]) };
  }
  const remote = remoteOf(repository.origin);
  if (remote?.host !== 'github.com') return undefined;
  const value = `ghcr.io/${remote.owner.toLowerCase()}`;
  const [used] = search(repository, files, /\bghcr\.io\b/, 1);
  const from =
    used === undefined
      ? `git remote ${remote.host}/${remote.owner}: the registry of GitHub`
      : at(used.path, used.line, used.text);
  return { value, from };
}

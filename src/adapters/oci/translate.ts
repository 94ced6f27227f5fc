import { EnvironmentError, type SlipwayError, UserError } from '../../errors.ts';
import { inOrder } from '../../text/in-order.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import type { RegistryAccess } from './access.ts';
import { isContainerRegistry, isGoogleRegistry } from './hosts.ts';
import { readBody } from './read-body.ts';

/** The text of an error; empty for one that is too large. */
async function textOf(response: Response): Promise<string> {
  return readBody(response, 'the error').then(String, () => '');
}

interface Repository {
  host: string;
  path: string;
}

/** The error of a registry that does not answer. */
export function unreachable(host: string, reason: string): EnvironmentError {
  return new EnvironmentError(`registry ${host} cannot be reached: ${neutraliseLine(reason)}`, {
    remedy: 'Check the host in image.repository, and whether this machine reaches it (network, proxy, certificate).',
  });
}

/** Makes an error for people of a refusal, from its status and the registry's code. */
export async function translateAnswer(
  repository: Repository,
  method: string,
  response: Response,
  hasLogin: boolean,
  access: RegistryAccess,
): Promise<SlipwayError> {
  const reason = reasonOf(await textOf(response), response);
  return (
    translateRefusal(repository, `${response.status} ${reason}`, hasLogin, access) ??
    unexpected(repository, method, response, reason)
  );
}

/** Makes an error for people of a refused token. */
export function translateTokenAnswer(
  repository: Repository,
  response: Response,
  hasLogin: boolean,
  access: RegistryAccess,
): Promise<SlipwayError> {
  return translateAnswer(repository, 'token', response, hasLogin, access);
}

/**
 * Makes one error for people of each known refusal; undefined for any other text. The text is an HTTP status with the
 * registry's words, or the output of `docker push`.
 */
export function translateRefusal(
  { host, path }: Repository,
  text: string,
  hasLogin: boolean,
  access: RegistryAccess,
): SlipwayError | undefined {
  const repository = `${host}/${path}`;
  const details = [neutraliseLine(text)];
  if (isContainerRegistry(host) && /\b412\b|deprecated and shutting down|\b40[34]\b|denied|not found/i.test(text)) {
    return new UserError(`${repository}: Container Registry takes no images since 2025-03-18`, {
      details,
      remedy: `Push to Artifact Registry: image.repository: ${pkgDev(host, path)}. Or let its owner move gcr.io there (gcloud artifacts docker upgrade migrate).`,
    });
  }
  if (/\b401\b|unauthorized|no basic auth|authentication required/i.test(text))
    return notSignedIn(host, details, hasLogin, access);
  if (/name unknown|name_unknown|\b404\b/i.test(text) || inOrder(text.toLowerCase(), 'repository ', 'not found')) {
    return new UserError(`repository ${repository} does not exist`, { details, remedy: createRemedy(host, path) });
  }
  if (/\b403\b|denied|forbidden/i.test(text)) {
    const remedy = isGoogleRegistry(host)
      ? `Give the identity of this job the role roles/artifactregistry.${access === 'pull' ? 'reader' : 'writer'} on it. If it is not there yet: ${createRemedy(host, path)}`
      : `Give the identity of this job the right to ${access === 'pull' ? 'pull from' : 'push to'} it, and check the name in image.repository.`;
    return new UserError(`access to ${repository} is denied`, { details, remedy });
  }
  return undefined;
}

function notSignedIn(host: string, details: string[], hasLogin: boolean, access: RegistryAccess): UserError {
  const action = isGoogleRegistry(host) ? 'google-github-actions/auth' : `docker/login-action (registry: ${host})`;
  const message = hasLogin
    ? `registry ${host} does not accept the login`
    : `registry ${host} requires a login, and the job has none`;
  const permission =
    host === 'ghcr.io'
      ? ` and give the job \`permissions: { packages: ${access === 'pull' ? 'read' : 'write'} }\``
      : '';
  return new UserError(message, { details, remedy: `Put ${action} before this step${permission}.` });
}

function createRemedy(host: string, path: string): string {
  const google = /^([a-z0-9-]+)-docker\.pkg\.dev$/.exec(host);
  const [project, name] = path.split('/');
  if (!google || !project || !name) return 'Create it at the registry, or correct image.repository in slipway.yml.';
  return `Create it: gcloud artifacts repositories create ${name} --repository-format=docker --location=${google[1]} --project=${project}`;
}

/** The name in Artifact Registry for a name in Container Registry. */
function pkgDev(host: string, path: string): string {
  const region = { 'eu.gcr.io': 'europe', 'asia.gcr.io': 'asia' }[host] ?? 'us';
  const [project = 'PROJECT', ...image] = path.split('/');
  return `${region}-docker.pkg.dev/${project}/apps/${image.join('/') || 'app'}`;
}

function unexpected(repository: Repository, what: string, response: Response, reason: string): EnvironmentError {
  return new EnvironmentError(
    `registry ${repository.host} answered ${response.status} to ${what} of ${repository.path}: ${reason}`,
    { remedy: 'Try again later; if it persists, ask the operators of the registry.' },
  );
}

/** The registry's own words: `errors[].code: message`. */
function reasonOf(body: string, response: Response): string {
  try {
    const { errors = [] } = JSON.parse(body) as { errors?: { code?: string; message?: string }[] };
    const text = errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ');
    if (text !== '') return neutraliseLine(text);
  } catch {
    // Not JSON: the page of a proxy. Only its first line may help.
  }
  return neutraliseLine(body.split('\n')[0]?.slice(0, 200) || response.statusText);
}

import type { KubeObject } from '../../ports.ts';
import { type Fields, fields, isFields } from '../fields.ts';
import { parseReference } from '../image-reference.ts';

/** Types of Secrets with which the kubelet logs in to registries. */
export const DOCKER_CONFIG_TYPE = 'kubernetes.io/dockerconfigjson';
const LEGACY_TYPE = 'kubernetes.io/dockercfg';

/** A login to a registry. */
export interface RegistryLogin {
  /** As the Secret names it: `ghcr.io`, `https://index.docker.io/v1/`, `ghcr.io/acme`. */
  registry: string;
  user: string;
  password: string;
}

/** What a pull Secret holds, or why it is none. */
export type PullSecret = { logins: RegistryLogin[] } | { problem: string };

/**
 * Reads a Secret as the kubelet does: only `auths` of the Docker configuration. Its credential stores and helpers exist only on the
 * machine that wrote it.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
 */
export function readPullSecret(secret: KubeObject): PullSecret {
  const { type = 'Opaque' } = secret as { type?: string };
  if (type !== DOCKER_CONFIG_TYPE && type !== LEGACY_TYPE) {
    return { problem: `is of type ${type}, not ${DOCKER_CONFIG_TYPE}` };
  }
  const key = type === LEGACY_TYPE ? '.dockercfg' : '.dockerconfigjson';
  const config = parsed(contentOf(secret, key));
  if (!isFields(config)) return { problem: `has no Docker configuration in ${key}` };
  const auths = fields(type === LEGACY_TYPE ? config : config.auths);
  const logins = Object.entries(auths).flatMap(([registry, entry]) => loginOf(registry, fields(entry)));
  if (logins.length > 0) return { logins };
  const store = config.credsStore ?? config.credHelpers;
  return {
    problem: store
      ? 'holds no login: the machine on which it was made keeps its logins in a credential store'
      : 'holds no login',
  };
}

/** `auth` wins over user and password, as in the kubelet. */
function loginOf(registry: string, { username, password, auth }: Fields): RegistryLogin[] {
  if (typeof auth === 'string' && auth !== '') {
    const text = Buffer.from(auth, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 1 || colon === text.length - 1) return [];
    return [{ registry, user: text.slice(0, colon), password: text.slice(colon + 1) }];
  }
  if (typeof username !== 'string' || typeof password !== 'string' || password === '') return [];
  return [{ registry, user: username, password }];
}

/**
 * Whether the kubelet tries this login for an image. Globs in the registry of a login are answered by yes.
 * @see https://kubernetes.io/docs/concepts/containers/images/#config-json
 */
export function isFor({ registry }: Pick<RegistryLogin, 'registry'>, image: string): boolean {
  const bare = registry.replace(/^https?:\/\//, '');
  // Empty parts are those of a slash at the end.
  const [host = '', ...path] = bare.split('/').filter((part, index) => index === 0 || part !== '');
  if (path.length === 1 && /^v[12]$/.test(path[0] ?? '')) path.pop();
  if (bare.includes('*') || bare.includes('?')) return true;
  const { host: wanted, path: repository } = parseReference(image);
  const dockerHub = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);
  const isHost = host === wanted || (dockerHub.has(host) && dockerHub.has(wanted));
  return isHost && repository.startsWith(path.join('/'));
}

/** How a login expires by itself, in words; undefined: not that its form shows. */
export function expiryOf({
  registry,
  user,
  password,
}: RegistryLogin): { kind: 'job' | 'hours'; words: string } | undefined {
  if (password.startsWith('ghs_')) {
    return {
      kind: 'job',
      words: `the login to ${registry} is the token of a GitHub Actions job or of a GitHub App (ghs_…)`,
    };
  }
  const hours = (count: number) => ({
    kind: 'hours' as const,
    words: `the login to ${registry} expires ${count} h after it was made`,
  });
  if (user === 'oauth2accesstoken' || password.startsWith('ya29.')) return hours(1);
  if (user === '00000000-0000-0000-0000-000000000000') return hours(3);
  return user === 'AWS' ? hours(12) : undefined;
}

function contentOf(secret: KubeObject, key: string): string | undefined {
  const data = fields(secret.data)[key];
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8');
  const plain = fields(secret.stringData)[key];
  return typeof plain === 'string' ? plain : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

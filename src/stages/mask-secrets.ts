import { LABELS } from '../objects/names.ts';
import { SECRET_ENV } from '../objects/secret-env/secret-env.ts';
import type { Cluster, KubeObject, Log } from '../ports.ts';
import { isSecretKey, secretValue } from '../text/secret-like.ts';

/** A shorter value would be found in words that are no secrets. */
const SHORTEST = 8;

/**
 * Registers the secret values of a Secret: a pod that crashes often prints its environment, and the end of its log is shown.
 * Of a URL, the password counts and the URL with it; a URL without one is an address that people have to read. Every value of
 * secretEnv counts, because it is a secret of GitHub.
 * @param plain text that everybody may see: what stands in it (a host, a name) is no secret whatever its key is, and the
 *   runner drops every output that contains a masked value
 */
export function maskSecret(secret: KubeObject, log: Pick<Log, 'mask'>, plain = ''): void {
  if (secret.metadata.labels?.[LABELS.component] === SECRET_ENV) {
    for (const [, value] of valuesOf(secret)) if (value !== '') log.mask(value);
    return;
  }
  for (const [name, value] of valuesOf(secret)) {
    const password = URL.canParse(value) ? new URL(value).password : undefined;
    const secrets =
      password === undefined
        ? isSecretKey(name) || secretValue(value) !== undefined
          ? [value]
          : []
        : withPassword(value, password);
    for (const one of secrets) if (one.length >= SHORTEST && !plain.includes(one)) log.mask(one);
  }
}

/** Registers every Secret of a namespace that Slipway owns. */
export async function maskSecretsIn(namespace: string, cluster: Cluster, log: Log): Promise<void> {
  for (const secret of await cluster.list({ apiVersion: 'v1', kind: 'Secret' }, { namespace })) maskSecret(secret, log);
}

function valuesOf(secret: KubeObject): [name: string, value: string][] {
  const decoded = textsOf(secret.data).map(([name, value]): [string, string] => [
    name,
    Buffer.from(value, 'base64').toString('utf8'),
  ]);
  return [...decoded, ...textsOf(secret.stringData)];
}

/** Charts leave maps and values empty; the server has the better words for what is no text. */
function textsOf(field: unknown): [name: string, value: string][] {
  return Object.entries(field ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** The password as the URL writes it, with escapes, and as it is. */
function withPassword(url: string, password: string): string[] {
  if (password === '') return [];
  try {
    return [url, password, decodeURIComponent(password)];
  } catch {
    return [url, password];
  }
}

import type { Cluster, KubeObject, Log } from '../ports.ts';

/** Whose value is a secret by its name; the others (ports, names, hosts) would make holes in every line. */
const SECRET_NAME = /passw|passphrase|(^|[_.-])(pass|pwd)($|[_.-])|token|secret|key|credential|dsn|auth(?!or)/i;
/** A shorter one would be found in words that are none. */
const SHORTEST = 8;

/**
 * Registers what is secret in a Secret: a pod that crashes likes to print its environment, and the last lines of its log are told.
 * Of a URL that is one with a password, and the password: another one is an address, which people have to read.
 * @param plain what is written for everybody to see: what stands in it (a host, a name) is no secret, whatever it is called, and the
 *   runner would drop every output that has it
 */
export function maskSecret(secret: KubeObject, log: Pick<Log, 'mask'>, plain = ''): void {
  for (const [name, value] of valuesOf(secret)) {
    const password = URL.canParse(value) ? new URL(value).password : undefined;
    const secrets = password === undefined ? (SECRET_NAME.test(name) ? [value] : []) : withPassword(value, password);
    for (const one of secrets) if (one.length >= SHORTEST && !plain.includes(one)) log.mask(one);
  }
}

/** Every Secret of a namespace that is all ours. */
export async function maskSecretsIn(namespace: string, cluster: Cluster, log: Log): Promise<void> {
  for (const secret of await cluster.list({ apiVersion: 'v1', kind: 'Secret' }, { namespace })) maskSecret(secret, log);
}

function valuesOf(secret: KubeObject): [name: string, value: string][] {
  const { data = {}, stringData = {} } = secret as {
    data?: Record<string, string>;
    stringData?: Record<string, string>;
  };
  const decoded = Object.entries(data).map(([name, value]): [string, string] => [
    name,
    Buffer.from(value, 'base64').toString('utf8'),
  ]);
  return [...decoded, ...Object.entries(stringData)];
}

/** A URL holds it with what is special in it escaped. */
function withPassword(url: string, password: string): string[] {
  if (password === '') return [];
  try {
    return [url, password, decodeURIComponent(password)];
  } catch {
    return [url, password];
  }
}

import type { Connection } from './connection.ts';

/**
 * A kubeconfig with one context, for a program that signs in by a file. It holds credentials: write it for the owner alone.
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export async function kubeconfigText(connection: Connection): Promise<string> {
  const { server, ca, serverName, insecure, proxy, cert, key, headers = {} } = connection;
  const [scheme = '', credential] = (await connection.authorization?.(false))?.split(' ') ?? [];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'slipway',
    contexts: [{ name: 'slipway', context: { cluster: 'slipway', user: 'slipway' } }],
    clusters: [
      {
        name: 'slipway',
        cluster: {
          server,
          'certificate-authority-data': base64(ca),
          'tls-server-name': serverName,
          'insecure-skip-tls-verify': insecure || undefined,
          'proxy-url': proxy,
        },
      },
    ],
    users: [
      {
        name: 'slipway',
        user: {
          'client-certificate-data': base64(cert),
          'client-key-data': base64(key),
          as: headers['impersonate-user'],
          ...signIn(scheme, credential),
        },
      },
    ],
  };
  // JSON is YAML; fields without a value are left out.
  return JSON.stringify(config);
}

function signIn(scheme: string, credential: string | undefined): Record<string, string> {
  if (credential === undefined) return {};
  if (scheme !== 'Basic') return { token: credential };
  const text = Buffer.from(credential, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function base64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString('base64');
}

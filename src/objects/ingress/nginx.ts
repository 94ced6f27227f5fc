import type { KubeObject } from '../../ports.ts';
import { webMetadata } from '../labels.ts';
import type { ExposedApp, IngressSpec } from './ingress-spec.ts';

/** Secret of the environment with the login that visitors are asked for. */
const LOGIN_SECRET = 'review-login';

const PREFIX = 'nginx.ingress.kubernetes.io';

/**
 * ingress-nginx cuts a connection that is silent for a minute: too soon for WebSockets.
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
export function nginxAnnotations({ timeoutSeconds, access }: IngressSpec): Record<string, string> {
  const seconds = String(timeoutSeconds);
  return {
    [`${PREFIX}/proxy-read-timeout`]: seconds,
    [`${PREFIX}/proxy-send-timeout`]: seconds,
    ...(access?.basicAuth
      ? {
          [`${PREFIX}/auth-type`]: 'basic',
          [`${PREFIX}/auth-secret`]: LOGIN_SECRET,
          [`${PREFIX}/auth-realm`]: 'Review environment',
        }
      : {}),
    ...(access && access.allow.length > 0 ? { [`${PREFIX}/whitelist-source-range`]: access.allow.join(',') } : {}),
  };
}

/** The file that nginx compares with; none where nobody is asked. */
export function loginSecret(spec: ExposedApp): KubeObject[] {
  const { login } = spec;
  if (login === undefined) return [];
  const auth = Buffer.from(`${login.htpasswd}\n`).toString('base64');
  const metadata = { ...webMetadata(spec), name: LOGIN_SECRET };
  return [{ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { auth } }];
}

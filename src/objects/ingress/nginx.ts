import type { KubeObject } from '../../ports.ts';
import { webMetadata } from '../labels.ts';
import { INGRESS, ingressObject } from './ingress.ts';
import type { ExposedApp, IngressSpec } from './ingress-spec.ts';
import { COMMON_TLS, type IngressTraits, NOTHING_ELSE } from './traits.ts';

/** Secret of the environment with the login of its visitors. */
const LOGIN_SECRET = 'review-login';

const PREFIX = 'nginx.ingress.kubernetes.io';

/** @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/ */
const RETIRED =
  'ingress.kind: nginx: ingress-nginx is retired since March 2026 and gets no more security fixes. Move to a controller of the Gateway API (ingress.kind: gateway), or to another Ingress controller (ingress.kind: ingress); see docs/ingress.md.';

/** `ingress.kind: nginx`: an Ingress of ingress-nginx. */
export const nginx: IngressTraits = {
  ...NOTHING_ELSE,
  route: INGRESS,
  address: 'shared',
  needsGateway: false,
  classes: undefined,
  needsHealth: undefined,
  tls: COMMON_TLS,
  access: { keys: ['basicAuth', 'allow'], remedy: '' },
  retired: RETIRED,
  reviewWarning: undefined,
  objects: (spec, ingress) => [...loginSecret(spec), ingressObject(spec, ingress, nginxAnnotations(ingress))],
};

/**
 * By default, ingress-nginx closes a connection that is silent for a minute: too soon for WebSockets.
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
function nginxAnnotations({ timeoutSeconds, access }: IngressSpec): Record<string, string> {
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

/** The htpasswd file that ingress-nginx reads; none without a login. */
function loginSecret(spec: ExposedApp): KubeObject[] {
  const { login } = spec;
  if (login === undefined) return [];
  const auth = Buffer.from(`${login.htpasswd}\n`).toString('base64');
  const metadata = { ...webMetadata(spec), name: LOGIN_SECRET };
  return [{ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { auth } }];
}

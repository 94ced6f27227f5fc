import { UserError } from '../../errors.ts';
import { type IngressSpec, isLocal } from '../../objects/ingress/ingress-spec.ts';
import { INGRESSES } from '../../objects/ingress/kinds.ts';

/** The annotations that enforce `review.access`: another value would give access to everybody. */
const OURS = [
  'zalando.org/skipper-predicate',
  'zalando.org/skipper-routes',
  'nginx.ingress.kubernetes.io/auth-type',
  'nginx.ingress.kubernetes.io/auth-secret',
  'nginx.ingress.kubernetes.io/auth-secret-type',
  'nginx.ingress.kubernetes.io/whitelist-source-range',
  // The newer name of the previous one; ingress-nginx reads both.
  'nginx.ingress.kubernetes.io/allowlist-source-range',
  'nginx.ingress.kubernetes.io/satisfy',
];

/** @throws UserError if the ingress cannot enforce `review.access` */
export function refuseAccess(ingress: IngressSpec): void {
  const { access, kind, tls, host } = ingress;
  if (access === undefined) return;
  const asked = [
    ...(access.basicAuth ? ['basicAuth' as const] : []),
    ...(access.allow.length > 0 ? ['allow' as const] : []),
  ];
  const { keys, remedy } = INGRESSES[kind].access;
  for (const what of asked) {
    if (!keys.includes(what))
      throw new UserError(`review.access.${what}: ingress.kind: ${kind} does not support it`, { remedy });
  }
  if (access.basicAuth && tls.by === 'nobody' && !isLocal(host)) {
    throw new UserError(
      'review.access.basicAuth: without https, others can read the name and the password on the network',
      {
        remedy: 'Set review.tls: a certificate for the host, such as { issuer: NAME } of cert-manager.',
      },
    );
  }
  const taken = OURS.find((name) => ingress.annotations[name] !== undefined);
  if (taken === undefined) return;
  throw new UserError(`ingress.annotations: Slipway sets ${taken} for review.access`, {
    remedy: 'Leave out the annotation (review.ingress.annotations replaces ingress.annotations), or review.access.',
  });
}

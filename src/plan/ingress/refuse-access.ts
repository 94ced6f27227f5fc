import { UserError } from '../../errors.ts';
import { type IngressKind, type IngressSpec, isLocal } from '../../objects/ingress/ingress-spec.ts';

/** What each kind can hold visitors to. */
const CAN: Record<IngressKind, readonly ('basicAuth' | 'allow')[]> = {
  ingress: [],
  nginx: ['basicAuth', 'allow'],
  skipper: ['basicAuth', 'allow'],
  gke: [],
  gateway: [],
  'load-balancer': ['allow'],
};

const INSTEAD: Record<IngressKind, string> = {
  ingress: 'Say which controller it is: ingress.kind: nginx or skipper; no annotation for it is known to all.',
  nginx: '',
  skipper: '',
  gke: 'Leave review.access out, and guard the load balancer in Google Cloud: sign-in by Identity-Aware Proxy, networks by a security policy of Cloud Armor, both in a BackendConfig of your own.',
  gateway:
    'Leave review.access out, and guard the Gateway: on GKE by Identity-Aware Proxy or Cloud Armor (GCPBackendPolicy), elsewhere by the policies of its controller.',
  'load-balancer': 'TCP knows no name and password: let the app ask for them, or use review.access.allow.',
};

/** Annotations by which visitors are held to it: somebody else's value would open the door. */
const OURS = [
  'zalando.org/skipper-predicate',
  'zalando.org/skipper-routes',
  'nginx.ingress.kubernetes.io/auth-type',
  'nginx.ingress.kubernetes.io/auth-secret',
  'nginx.ingress.kubernetes.io/auth-secret-type',
  'nginx.ingress.kubernetes.io/whitelist-source-range',
  // Its newer name, which ingress-nginx takes for the same.
  'nginx.ingress.kubernetes.io/allowlist-source-range',
  'nginx.ingress.kubernetes.io/satisfy',
];

/** @throws UserError where the way in cannot hold visitors to what is asked for */
export function refuseAccess(ingress: IngressSpec): void {
  const { access, kind, tls, host } = ingress;
  if (access === undefined) return;
  const asked = [
    ...(access.basicAuth ? ['basicAuth' as const] : []),
    ...(access.allow.length > 0 ? ['allow' as const] : []),
  ];
  for (const what of asked) {
    if (!CAN[kind].includes(what))
      throw new UserError(`review.access.${what}: ingress.kind: ${kind} cannot do it`, { remedy: INSTEAD[kind] });
  }
  if (access.basicAuth && tls.by === 'nobody' && !isLocal(host)) {
    throw new UserError('review.access.basicAuth: without https, name and password would be readable on the way', {
      remedy: 'Set review.tls: a certificate for the host, such as { issuer: NAME } of cert-manager.',
    });
  }
  const taken = OURS.find((name) => ingress.annotations[name] !== undefined);
  if (taken === undefined) return;
  throw new UserError(`ingress.annotations: ${taken} is what review.access is made of`, {
    remedy:
      'Leave the annotation out (review.ingress.annotations takes the place of ingress.annotations), or review.access.',
  });
}

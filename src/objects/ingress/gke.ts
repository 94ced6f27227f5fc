import { backendAnnotations, backendConfig, GOOGLE_KINDS, managedCertificateObject } from './google.ts';
import { INGRESS, ingressObject } from './ingress.ts';
import { routedProcesses } from './routes.ts';
import type { IngressTraits } from './traits.ts';

/** `ingress.kind: gke`: an Ingress of GKE's controller, which creates a load balancer for it. */
export const gke: IngressTraits = {
  route: INGRESS,
  address: 'own',
  needsGateway: false,
  classes: ['gce', 'gce-internal'],
  needsHealth:
    'the load balancer of GKE checks the health of a path: without one it requests /, and sends no requests to an app that does not answer 200 there',
  tls: {
    sources: ['nobody', 'secret', 'issuer', 'pre-shared', 'managed'],
    problem: 'a load balancer of GKE has no certificate of its own',
    remedy:
      'Name one: tls: { preShared: NAME } (of the project), { secret: NAME } or { managed: true }; or set tls: false.',
  },
  access: {
    keys: [],
    remedy:
      'Leave review.access out, and guard the load balancer in Google Cloud: sign-in by Identity-Aware Proxy, networks by a security policy of Cloud Armor, both in a BackendConfig of your own.',
  },
  reviewWarning:
    'ingress.kind: gke creates a load balancer for each review environment, which is billed by the hour and takes minutes to start: a Gateway (kind: gateway) is shared by all',
  objects: (spec, ingress) => [
    ...routedProcesses(spec).map((process) => backendConfig(spec, process, ingress)),
    ...(ingress.tls.by === 'managed' ? [managedCertificateObject(spec, ingress)] : []),
    // GKE's controller reads its class from the annotation alone.
    ingressObject(
      spec,
      { ...ingress, className: undefined },
      { 'kubernetes.io/ingress.class': ingress.className ?? 'gce' },
    ),
  ],
  serviceAnnotations: backendAnnotations,
  requires: ({ tls }) => ({
    kinds: [GOOGLE_KINDS.backendConfig, ...(tls.by === 'managed' ? [GOOGLE_KINDS.managedCertificate] : [])],
    remedy: 'They come with GKE (add-on HttpLoadBalancing): on another cluster choose another ingress.kind.',
  }),
};

import type { IngressSpec } from './ingress-spec.ts';
import type { IngressTraits } from './traits.ts';

/** What makes a load balancer reachable from inside of the network only. Each cloud has its own annotation. */
const INTERNAL: Record<NonNullable<IngressSpec['internal']>, Record<string, string>> = {
  gke: { 'networking.gke.io/load-balancer-type': 'Internal' },
  // The first for the AWS Load Balancer Controller, the second for the provider that Kubernetes has without it.
  aws: {
    'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal',
    'service.beta.kubernetes.io/aws-load-balancer-internal': 'true',
  },
  azure: { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' },
  none: {},
};

/** `ingress.kind: load-balancer`: TCP to the Service, which has its own address. */
export const loadBalancer: IngressTraits = {
  route: undefined,
  address: 'own',
  needsGateway: false,
  classes: undefined,
  needsHealth: undefined,
  tls: {
    sources: ['nobody'],
    problem: 'a load balancer for TCP leaves TLS to the app',
    remedy: 'Leave tls out.',
  },
  access: {
    keys: ['allow'],
    remedy: 'TCP has no name and password: let the app ask for them, or use review.access.allow.',
  },
  reviewWarning: undefined,
  objects: () => [],
  serviceAnnotations: (_app, { internal, annotations }) => ({ ...INTERNAL[internal ?? 'none'], ...annotations }),
  requires: () => ({ kinds: [], remedy: '' }),
};

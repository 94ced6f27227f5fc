import { GOOGLE_KINDS, gatewayPolicies } from './google.ts';
import { HTTP_ROUTE, httpRouteObjects } from './http-route.ts';
import { routedProcesses } from './routes.ts';
import type { IngressTraits } from './traits.ts';

/** `ingress.kind: gateway`: an HTTPRoute that attaches to a Gateway of the operator. */
export const gateway: IngressTraits = {
  route: HTTP_ROUTE,
  address: 'shared',
  needsGateway: true,
  classes: undefined,
  needsHealth: undefined,
  tls: {
    sources: ['nobody', 'controller'],
    problem: 'the certificates of a Gateway are its own (spec.listeners[].tls)',
    remedy: 'Set tls: true where its listener serves https, or false.',
  },
  access: {
    keys: [],
    remedy:
      'Leave review.access out, and guard the Gateway: on GKE by Identity-Aware Proxy or Cloud Armor (GCPBackendPolicy), elsewhere by the policies of its controller.',
  },
  reviewWarning: undefined,
  objects: (spec, ingress) =>
    ingress.gateway === undefined
      ? []
      : [
          ...httpRouteObjects(spec, ingress, ingress.gateway),
          ...(ingress.policies
            ? routedProcesses(spec).flatMap((process) => gatewayPolicies(spec, process, ingress))
            : []),
        ],
  serviceAnnotations: () => ({}),
  requires: ({ policies }) => ({
    kinds: [HTTP_ROUTE, ...(policies ? [GOOGLE_KINDS.healthCheckPolicy, GOOGLE_KINDS.backendPolicy] : [])],
    remedy:
      'Install the Gateway API (GKE: gcloud container clusters update CLUSTER --gateway-api=standard), or choose another ingress.kind.',
  }),
};

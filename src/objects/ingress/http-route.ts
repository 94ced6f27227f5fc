import type { KubeObject } from '../../ports.ts';
import { webMetadata } from '../labels.ts';
import type { ExposedApp, GatewayRef, IngressSpec } from './ingress-spec.ts';
import type { Route } from './traits.ts';

/** @see https://gateway-api.sigs.k8s.io/api-types/httproute/ */
export const HTTP_ROUTE: Route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  hosts: ({ spec }) => (spec as { hostnames?: string[] } | undefined)?.hostnames ?? [],
};

/** Attaches the host to a Gateway of the operator. */
export function httpRouteObject(spec: ExposedApp, { host, annotations }: IngressSpec, gateway: GatewayRef): KubeObject {
  const { name, namespace, section } = gateway;
  return {
    apiVersion: HTTP_ROUTE.apiVersion,
    kind: HTTP_ROUTE.kind,
    metadata: webMetadata(spec, annotations),
    spec: {
      parentRefs: [{ name, namespace, ...(section ? { sectionName: section } : {}) }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: spec.name, port: 80 }],
        },
      ],
    },
  };
}

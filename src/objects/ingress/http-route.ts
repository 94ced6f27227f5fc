import type { KubeObject } from '../../ports.ts';
import { webMetadata } from '../labels.ts';
import type { ExposedApp, GatewayRef, IngressSpec } from './ingress-spec.ts';
import { type ProcessRoute, routesByHost, routesOf } from './routes.ts';
import type { Route } from './traits.ts';

/** @see https://gateway-api.sigs.k8s.io/api-types/httproute/ */
export const HTTP_ROUTE: Route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  hosts: ({ spec }) => (spec as { hostnames?: string[] } | undefined)?.hostnames ?? [],
};

/**
 * Attaches the hosts to a Gateway of the operator. All hosts of an HTTPRoute share its rules, so a host with other rules has a
 * route of its own.
 */
export function httpRouteObjects(spec: ExposedApp, ingress: IngressSpec, gateway: GatewayRef): KubeObject[] {
  const { name, namespace, section } = gateway;
  const hosts = [...routesByHost(routesOf(spec, ingress))];
  return hosts.map(([host, routes]) => ({
    apiVersion: HTTP_ROUTE.apiVersion,
    kind: HTTP_ROUTE.kind,
    metadata: { ...webMetadata(spec, ingress.annotations), name: nameOf(spec, host, routes, ingress) },
    spec: {
      parentRefs: [{ name, namespace, ...(section ? { sectionName: section } : {}) }],
      hostnames: [host],
      rules: routes.map(({ path, process }) => ({
        matches: [{ path: { type: 'PathPrefix', value: path } }],
        backendRefs: [{ name: process.name, port: 80 }],
      })),
    },
  }));
}

/** The name of the app for its own host, that of the first process for a host of processes. */
function nameOf(spec: ExposedApp, host: string, [first]: readonly ProcessRoute[], ingress: IngressSpec): string {
  return host === ingress.host || first === undefined ? spec.name : first.process.name;
}

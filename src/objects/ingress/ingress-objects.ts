import type { KubeObject } from '../../ports.ts';
import { backendConfig, gatewayPolicies, managedCertificateObject } from './google.ts';
import { httpRouteObject } from './http-route.ts';
import { ingressObject } from './ingress.ts';
import type { ExposedApp } from './ingress-spec.ts';
import { loginSecret } from './nginx.ts';

/** What lets requests in to an app, besides its Service; nothing for an app without a host, or with a load balancer. */
export function ingressObjects(spec: ExposedApp): KubeObject[] {
  const { ingress } = spec;
  if (ingress === undefined || ingress.kind === 'load-balancer') return [];
  if (ingress.kind === 'gateway') {
    if (ingress.gateway === undefined) return [];
    return [
      httpRouteObject(spec, ingress, ingress.gateway),
      ...(ingress.policies ? gatewayPolicies(spec, ingress) : []),
    ];
  }
  return [
    ...(ingress.kind === 'nginx' ? loginSecret(spec) : []),
    ...(ingress.kind === 'gke' ? [backendConfig(spec, ingress)] : []),
    ...(ingress.tls.by === 'managed' ? [managedCertificateObject(spec, ingress)] : []),
    ingressObject(spec, ingress),
  ];
}

import type { KubeObject } from '../../ports.ts';
import type { AppSpec } from '../app/app.ts';
import { backendConfig, gatewayPolicies, managedCertificate } from './google.ts';
import { httpRoute } from './http-route.ts';
import { ingress } from './ingress.ts';
import { loginSecret } from './nginx.ts';

/** What lets requests in to an app, besides its Service; nothing for an app without a host, or with a load balancer. */
export function wayObjects(spec: AppSpec): KubeObject[] {
  const { way } = spec;
  if (way === undefined || way.kind === 'load-balancer') return [];
  if (way.kind === 'gateway') {
    if (way.gateway === undefined) return [];
    return [httpRoute(spec, way, way.gateway), ...(way.policies ? gatewayPolicies(spec, way) : [])];
  }
  return [
    ...(way.kind === 'nginx' ? loginSecret(spec) : []),
    ...(way.kind === 'gke' ? [backendConfig(spec, way)] : []),
    ...(way.tls.by === 'managed' ? [managedCertificate(spec, way)] : []),
    ingress(spec, way),
  ];
}

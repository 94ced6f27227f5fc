import { fields, textOf } from '../../../../objects/fields.ts';
import type { KubeObject } from '../../../../ports.ts';

/** A Service that its type alone opens. */
export function opensByType({ apiVersion, kind, spec }: KubeObject): boolean {
  const { type } = fields(spec);
  return kind === 'Service' && apiVersion === 'v1' && (type === 'NodePort' || type === 'LoadBalancer');
}

/** What a Service of the environment opens to others, or leads to. */
export function serviceProblems({ apiVersion, kind, spec }: KubeObject): string[] {
  if (kind !== 'Service' || apiVersion !== 'v1') return [];
  const { type = 'ClusterIP', externalIPs, externalName, loadBalancerIP } = fields(spec);
  return [
    ...(type === 'NodePort' ? ['type NodePort opens a port of every node: set ClusterIP'] : []),
    ...(type === 'LoadBalancer' ? ['type LoadBalancer opens an address of its own: set ClusterIP'] : []),
    ...(type === 'ExternalName' || externalName !== undefined ? ['externalName leads out of the environment'] : []),
    ...(type !== 'NodePort' && type !== 'LoadBalancer' && type !== 'ExternalName' && type !== 'ClusterIP'
      ? [`type ${textOf(type) || 'of another form'} is not ClusterIP`]
      : []),
    ...(Array.isArray(externalIPs) && externalIPs.length > 0 ? ['externalIPs takes addresses of others'] : []),
    ...(loadBalancerIP !== undefined && loadBalancerIP !== '' ? ['loadBalancerIP takes an address of others'] : []),
  ];
}

/** Types of Secrets that controllers fill, or that Slipway and Kubernetes read as their own. */
const SECRET_TYPES = /^(kubernetes\.io\/service-account-token|bootstrap\.kubernetes\.io\/|slipway\.dev\/|helm\.sh\/)/;

export function secretProblems({ kind, type }: KubeObject): string[] {
  if (kind !== 'Secret' || typeof type !== 'string' || !SECRET_TYPES.test(type)) return [];
  return [`type ${type} is not for apps: a controller fills or reads it`];
}

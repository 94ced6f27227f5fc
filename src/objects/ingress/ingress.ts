import type { KubeObject } from '../../ports.ts';
import { webMetadata } from '../labels.ts';
import { asksCertManager, type ExposedApp, type IngressSpec, type Tls } from './ingress-spec.ts';
import { nginxAnnotations } from './nginx.ts';
import { skipperAnnotations } from './skipper.ts';

/** The Ingress of an app; `kind` decides about its annotations, and those of slipway.yml win over them. */
export function ingressObject(spec: ExposedApp, ingress: IngressSpec): KubeObject {
  const annotations = { ...annotationsOf(spec, ingress), ...ingress.annotations };
  const backend = { service: { name: spec.name, port: { name: 'http' } } };
  // GKE's controller reads its class from the annotation alone.
  const className = ingress.kind === 'gke' ? undefined : ingress.className;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: webMetadata(spec, annotations),
    spec: {
      ...(className ? { ingressClassName: className } : {}),
      ...tlsOf(spec.name, ingress, annotations),
      rules: [{ host: ingress.host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

function annotationsOf(spec: ExposedApp, ingress: IngressSpec): Record<string, string> {
  const certificate = certificateAnnotations(spec.name, ingress.tls);
  switch (ingress.kind) {
    case 'nginx':
      return { ...certificate, ...nginxAnnotations(ingress) };
    case 'skipper':
      return { ...certificate, ...skipperAnnotations(ingress, spec.login) };
    case 'gke':
      return { ...certificate, 'kubernetes.io/ingress.class': ingress.className ?? 'gce' };
    default:
      return certificate;
  }
}

/**
 * @see https://cert-manager.io/docs/usage/ingress/
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs
 */
function certificateAnnotations(app: string, tls: Tls): Record<string, string> {
  if (tls.by === 'issuer') return { 'cert-manager.io/cluster-issuer': tls.name };
  if (tls.by === 'pre-shared') return { 'ingress.gcp.kubernetes.io/pre-shared-cert': tls.name };
  return tls.by === 'managed' ? { 'networking.gke.io/managed-certificates': app } : {};
}

/**
 * Without a Secret the ingress controller's own certificate is served, which may be a wildcard for all. Certificates of
 * Google are named by annotations.
 */
function tlsOf(app: string, { tls, host }: IngressSpec, annotations: Record<string, string>): Record<string, unknown> {
  if (tls.by === 'nobody' || tls.by === 'pre-shared' || tls.by === 'managed') return {};
  const secretName = tls.by === 'secret' ? tls.name : asksCertManager(annotations) ? `${app}-tls` : undefined;
  return { tls: [{ hosts: [host], ...(secretName ? { secretName } : {}) }] };
}

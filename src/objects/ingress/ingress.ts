import type { KubeObject } from '../../ports.ts';
import type { AppSpec } from '../app/app.ts';
import { webMetadata } from '../app/labels.ts';
import { asksCertManager, type Tls, type Way } from './ingress-spec.ts';
import { nginxAnnotations } from './nginx.ts';
import { skipperAnnotations } from './skipper.ts';

/** The Ingress of an app; `kind` decides about its annotations, and those of slipway.yml win over them. */
export function ingress(spec: AppSpec, way: Way): KubeObject {
  const annotations = { ...annotationsOf(spec, way), ...way.annotations };
  const backend = { service: { name: spec.name, port: { name: 'http' } } };
  // GKE's controller reads its class from the annotation alone.
  const className = way.kind === 'gke' ? undefined : way.className;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: webMetadata(spec, annotations),
    spec: {
      ...(className ? { ingressClassName: className } : {}),
      ...tlsOf(spec.name, way, annotations),
      rules: [{ host: way.host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

function annotationsOf(spec: AppSpec, way: Way): Record<string, string> {
  const certificate = certificateAnnotations(spec.name, way.tls);
  switch (way.kind) {
    case 'nginx':
      return { ...certificate, ...nginxAnnotations(way) };
    case 'skipper':
      return { ...certificate, ...skipperAnnotations(way, spec.login) };
    case 'gke':
      return { ...certificate, 'kubernetes.io/ingress.class': way.className ?? 'gce' };
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
function tlsOf(app: string, { tls, host }: Way, annotations: Record<string, string>): Record<string, unknown> {
  if (tls.by === 'nobody' || tls.by === 'pre-shared' || tls.by === 'managed') return {};
  const secretName = tls.by === 'secret' ? tls.name : asksCertManager(annotations) ? `${app}-tls` : undefined;
  return { tls: [{ hosts: [host], ...(secretName ? { secretName } : {}) }] };
}

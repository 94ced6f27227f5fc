import type { KubeObject } from '../../ports.ts';
import { webMetadata } from '../labels.ts';
import { asksCertManager, type ExposedApp, type IngressSpec, type Tls } from './ingress-spec.ts';
import { type ProcessRoute, routesByHost, routesOf } from './routes.ts';
import type { Route } from './traits.ts';

export const INGRESS: Route = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  hosts: ({ spec }) => {
    const { rules = [] } = (spec ?? {}) as { rules?: { host?: string }[] };
    return rules.flatMap(({ host }) => host ?? []);
  },
};

/**
 * The Ingress of an app.
 * @param ofKind annotations of the kind of ingress; those of slipway.yml replace them
 */
export function ingressObject(
  spec: ExposedApp,
  ingress: IngressSpec,
  ofKind: Readonly<Record<string, string>>,
): KubeObject {
  const annotations = { ...certificateAnnotations(spec.name, ingress.tls), ...ofKind, ...ingress.annotations };
  const { className } = ingress;
  const hosts = routesByHost(routesOf(spec, ingress));
  return {
    apiVersion: INGRESS.apiVersion,
    kind: INGRESS.kind,
    metadata: webMetadata(spec, annotations),
    spec: {
      ...(className ? { ingressClassName: className } : {}),
      ...tlsOf(spec.name, ingress, [...hosts.keys()], annotations),
      rules: [...hosts].map(([host, routes]) => ({ host, http: { paths: routes.map(rule) } })),
    },
  };
}

function rule({ path, process }: ProcessRoute): Record<string, unknown> {
  return { path, pathType: 'Prefix', backend: { service: { name: process.name, port: { name: 'http' } } } };
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
 * Without a Secret, the ingress controller serves its own certificate, which may be a wildcard for all hosts. Annotations
 * name the certificates of Google.
 */
function tlsOf(
  app: string,
  { tls }: IngressSpec,
  hosts: string[],
  annotations: Record<string, string>,
): Record<string, unknown> {
  if (tls.by === 'nobody' || tls.by === 'pre-shared' || tls.by === 'managed') return {};
  const secretName = tls.by === 'secret' ? tls.name : asksCertManager(annotations) ? `${app}-tls` : undefined;
  return { tls: [{ hosts, ...(secretName ? { secretName } : {}) }] };
}

import type { KubeObject } from '../../ports.ts';
import type { AppSpec } from './app.ts';
import { objectLabels } from './labels.ts';

/** The Ingress of an app that has a host; none otherwise. */
export function ingress(spec: AppSpec): KubeObject[] {
  const wanted = spec.ingress;
  if (wanted === undefined) return [];
  const annotations = { ...wanted.annotations };
  const backend = { service: { name: spec.name, port: { name: 'http' } } };
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: spec.name,
        namespace: spec.namespace,
        labels: objectLabels(spec, 'web'),
        ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      },
      spec: {
        ...(wanted.className ? { ingressClassName: wanted.className } : {}),
        ...(wanted.tls ? { tls: [tls(spec.name, wanted.host, annotations)] } : {}),
        rules: [{ host: wanted.host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    },
  ];
}

/** cert-manager writes the certificate into the Secret named here; without it the ingress controller's own is served. */
function tls(app: string, host: string, annotations: Record<string, string>): Record<string, unknown> {
  const certManager = Object.keys(annotations).some((key) => key.startsWith('cert-manager.io/'));
  return { hosts: [host], ...(certManager ? { secretName: `${app}-tls` } : {}) };
}

/** Where people open the app: the port only where it is not the scheme's own. */
export function appUrl(host: string, tlsOn: boolean, port: number | undefined): string {
  const usual = tlsOn ? 443 : 80;
  return `${tlsOn ? 'https' : 'http'}://${host}${port === undefined || port === usual ? '' : `:${port}`}`;
}

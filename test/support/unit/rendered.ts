import type { KubeObject, Rendered } from '../../../src/ports.ts';

/** An object of a team, with its file. */
export function fromFile(object: KubeObject, file = 'k8s/app.yaml:1'): Rendered {
  return { object, location: file };
}

/** An object of a kind; `more` is added to it. */
export function objectOf(
  apiVersion: string,
  kind: string,
  name: string,
  more: Record<string, unknown> = {},
): KubeObject {
  const { metadata, ...fields } = more;
  return { apiVersion, kind, metadata: { name, ...(metadata as object | undefined) }, ...fields };
}

export const APP_IMAGE = `registry.example/apps/parking@sha256:${'ab12'.repeat(16)}`;

/** A Deployment that runs the app's image; `pod` is added to its pod spec, `container` to its container. */
export function webOf(pod: Record<string, unknown> = {}, container: Record<string, unknown> = {}): KubeObject {
  return objectOf('apps/v1', 'Deployment', 'web', {
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: APP_IMAGE, ...container }], ...pod },
      },
    },
  });
}

export function serviceOf(name = 'web', spec: Record<string, unknown> = {}): KubeObject {
  return objectOf('v1', 'Service', name, {
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  });
}

export function ingressOf(
  spec: Record<string, unknown> = {},
  metadata: Record<string, unknown> = {},
  name = 'web',
): KubeObject {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const rules = [{ host: 'parking.acme.dev', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  return objectOf('networking.k8s.io/v1', 'Ingress', name, { metadata, spec: { rules, ...spec } });
}

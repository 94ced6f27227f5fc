import type { KubeObject } from '../../ports.ts';
import type { AppSpec } from './app.ts';
import { objectLabels, selectorLabels } from './labels.ts';

/** The Service of an app: port 80 in the cluster, to the port that the app listens on. */
export function service(spec: AppSpec): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: spec.name, namespace: spec.namespace, labels: objectLabels(spec, 'web') },
    spec: {
      type: 'ClusterIP',
      selector: selectorLabels(spec.name, 'web'),
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

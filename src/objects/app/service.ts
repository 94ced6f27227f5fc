import type { KubeObject } from '../../ports.ts';
import { hasHost, INGRESSES } from '../ingress/kinds.ts';
import { selectorLabels, webMetadata } from '../labels.ts';
import type { AppSpec } from './app-spec.ts';

/**
 * The Service of an app: port 80 in the cluster, to the port that the app listens on. A load balancer has the port of the
 * app, in the cluster and outside.
 */
export function serviceObject(spec: AppSpec): KubeObject {
  const { ingress } = spec;
  const balanced = ingress === undefined || hasHost(ingress) ? undefined : ingress;
  const port = balanced ? { name: 'tcp', port: spec.port } : { name: 'http', port: 80 };
  const allow = balanced?.access?.allow ?? [];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: webMetadata(spec, ingress ? INGRESSES[ingress.kind].serviceAnnotations(spec.name, ingress) : {}),
    spec: {
      type: balanced ? 'LoadBalancer' : 'ClusterIP',
      selector: selectorLabels(spec.name, 'web'),
      ports: [{ ...port, targetPort: 'http', protocol: 'TCP' }],
      ...(allow.length > 0 ? { loadBalancerSourceRanges: [...allow] } : {}),
    },
  };
}

import type { KubeObject } from '../../ports.ts';
import { hasHost, INGRESSES } from '../ingress/kinds.ts';
import { partMetadata, selectorLabels } from '../labels.ts';
import type { AppSpec, ProcessSpec } from './app-spec.ts';

/**
 * The Service of a process with a port: port 80 in the cluster, to the port that the process listens on. A load balancer has
 * the port of the process, in the cluster and outside. The annotations of the ingress are for processes that it leads to.
 */
export function serviceObject(spec: AppSpec, process: ProcessSpec): KubeObject[] {
  const { ingress } = spec;
  if (process.port === undefined) return [];
  const routed = process.paths.length > 0 ? ingress : undefined;
  const balanced = routed === undefined || hasHost(routed) ? undefined : routed;
  const port = balanced ? { name: 'tcp', port: process.port } : { name: 'http', port: 80 };
  const allow = balanced?.access?.allow ?? [];
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: partMetadata(
        spec,
        process,
        routed ? INGRESSES[routed.kind].serviceAnnotations(process.name, routed) : {},
      ),
      spec: {
        type: balanced ? 'LoadBalancer' : 'ClusterIP',
        selector: selectorLabels(spec.name, process.component),
        ports: [{ ...port, targetPort: 'http', protocol: 'TCP' }],
        ...(allow.length > 0 ? { loadBalancerSourceRanges: [...allow] } : {}),
      },
    },
  ];
}

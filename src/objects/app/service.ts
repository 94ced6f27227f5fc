import type { KubeObject } from '../../ports.ts';
import { backendAnnotations } from '../ingress/google.ts';
import type { IngressSpec } from '../ingress/ingress-spec.ts';
import { selectorLabels, webMetadata } from '../labels.ts';
import type { AppSpec } from './app-spec.ts';

/**
 * The Service of an app: port 80 in the cluster, to the port that the app listens on; a load balancer has that very port,
 * in the cluster and outside.
 */
export function serviceObject(spec: AppSpec): KubeObject {
  const { ingress } = spec;
  const balanced = ingress?.kind === 'load-balancer' ? ingress : undefined;
  const port = balanced ? { name: 'tcp', port: spec.port } : { name: 'http', port: 80 };
  const allow = balanced?.access?.allow ?? [];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: webMetadata(spec, annotationsOf(spec.name, ingress)),
    spec: {
      type: balanced ? 'LoadBalancer' : 'ClusterIP',
      selector: selectorLabels(spec.name, 'web'),
      ports: [{ ...port, targetPort: 'http', protocol: 'TCP' }],
      ...(allow.length > 0 ? { loadBalancerSourceRanges: [...allow] } : {}),
    },
  };
}

/** What makes a load balancer reachable from inside of the network only. Each cloud has a word of its own. */
const INTERNAL: Record<NonNullable<IngressSpec['internal']>, Record<string, string>> = {
  gke: { 'networking.gke.io/load-balancer-type': 'Internal' },
  // The first for the AWS Load Balancer Controller, the second for the provider that Kubernetes has without it.
  aws: {
    'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal',
    'service.beta.kubernetes.io/aws-load-balancer-internal': 'true',
  },
  azure: { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' },
  none: {},
};

function annotationsOf(app: string, ingress: IngressSpec | undefined): Record<string, string> {
  if (ingress?.kind === 'load-balancer') return { ...INTERNAL[ingress.internal ?? 'none'], ...ingress.annotations };
  return ingress?.kind === 'gke' ? backendAnnotations(app) : {};
}

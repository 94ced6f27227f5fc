import type { KubeObject } from '../../ports.ts';
import { webMetadata } from '../labels.ts';
import type { ExposedApp, GatewayRef, IngressSpec } from './ingress-spec.ts';

/** Attaches the host to a Gateway of the operator's. @see https://gateway-api.sigs.k8s.io/api-types/httproute/ */
export function httpRouteObject(spec: ExposedApp, { host, annotations }: IngressSpec, gateway: GatewayRef): KubeObject {
  const { name, namespace, section } = gateway;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: webMetadata(spec, annotations),
    spec: {
      parentRefs: [{ name, namespace, ...(section ? { sectionName: section } : {}) }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: spec.name, port: 80 }],
        },
      ],
    },
  };
}

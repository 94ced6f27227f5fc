import type { KubeObject } from '../../../src/ports.ts';

type Schema = Record<string, unknown>;
const text: Schema = { type: 'string' };
const number: Schema = { type: 'integer' };
const list = (items: Schema): Schema => ({ type: 'array', items });
const keys = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
});
const status: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const drained = keys({ drainingTimeoutSec: number });
const probing = { checkIntervalSec: number, timeoutSec: number, healthyThreshold: number, unhealthyThreshold: number };
const checkedPort = { port: number, portName: text, portSpecification: text };
const targetRef = keys({ group: text, kind: text, name: text }, ['group', 'kind', 'name']);

/**
 * Kinds that come with GKE, with the fields that their documents have as far as Slipway writes them: the
 * API server refuses any other one.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources
 */
export const WAYS_DEFINITIONS: KubeObject[] = [
  definition('cloud.google.com', 'BackendConfig', {
    timeoutSec: number,
    connectionDraining: drained,
    healthCheck: keys({
      ...probing,
      type: { ...text, enum: ['HTTP', 'HTTPS', 'HTTP2'] },
      requestPath: text,
      port: number,
    }),
  }),
  definition('networking.gke.io', 'ManagedCertificate', { domains: list({ ...text, maxLength: 63 }) }),
  definition('networking.gke.io', 'HealthCheckPolicy', {
    default: keys({
      ...probing,
      config: keys({
        type: text,
        httpHealthCheck: keys({ ...checkedPort, host: text, requestPath: text }),
        tcpHealthCheck: keys(checkedPort),
      }),
    }),
    targetRef,
  }),
  definition('networking.gke.io', 'GCPBackendPolicy', {
    default: keys({ timeoutSec: number, connectionDraining: drained }),
    targetRef,
  }),
];

function definition(group: string, kind: string, spec: Record<string, Schema>): KubeObject {
  const plural = kind.endsWith('y') ? `${kind.slice(0, -1).toLowerCase()}ies` : `${kind.toLowerCase()}s`;
  const schema = keys({ spec: keys(spec), status });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' },
    },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } },
      ],
    },
  };
}

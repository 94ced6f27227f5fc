import type { KubeObject } from '../../ports.ts';
import { drainSeconds } from '../drain.ts';
import { webMetadata } from '../labels.ts';
import type { ExposedApp, IngressSpec } from './ingress-spec.ts';

/** Asked from outside of the cluster, by several probers at once. */
const CHECK = { checkIntervalSec: 5, timeoutSec: 5, healthyThreshold: 1, unhealthyThreshold: 2 };

/**
 * What GKE's load balancer has to be told, because it does not ask the pods' own probes: which path of the pods (not of the
 * Service) is their health, how long a connection may live, and to let requests end before a pod goes.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
 */
export function backendConfig(spec: ExposedApp, ingress: IngressSpec): KubeObject {
  const healthCheck = { ...CHECK, type: 'HTTP', requestPath: spec.health ?? '/', port: spec.port };
  return object(spec, 'cloud.google.com/v1', 'BackendConfig', {
    healthCheck,
    timeoutSec: ingress.timeoutSeconds,
    connectionDraining: { drainingTimeoutSec: draining(spec) },
  });
}

/** Ties the Service to its BackendConfig, and the load balancer to the pods themselves (container-native). */
export function backendAnnotations(app: string): Record<string, string> {
  return {
    'cloud.google.com/backend-config': JSON.stringify({ default: app }),
    'cloud.google.com/neg': JSON.stringify({ ingress: true }),
  };
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs */
export function managedCertificateObject(spec: ExposedApp, { host }: IngressSpec): KubeObject {
  return object(spec, 'networking.gke.io/v1', 'ManagedCertificate', { domains: [host] });
}

/**
 * The same for a Gateway, whose class is GKE's.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources
 */
export function gatewayPolicies(spec: ExposedApp, ingress: IngressSpec): KubeObject[] {
  const targetRef = { group: '', kind: 'Service', name: spec.name };
  const { port, health } = spec;
  const fixed = { portSpecification: 'USE_FIXED_PORT', port };
  const config = health
    ? { type: 'HTTP', httpHealthCheck: { ...fixed, requestPath: health } }
    : { type: 'TCP', tcpHealthCheck: fixed };
  return [
    object(spec, 'networking.gke.io/v1', 'HealthCheckPolicy', { default: { ...CHECK, config }, targetRef }),
    object(spec, 'networking.gke.io/v1', 'GCPBackendPolicy', {
      default: { timeoutSec: ingress.timeoutSeconds, connectionDraining: { drainingTimeoutSec: draining(spec) } },
      targetRef,
    }),
  ];
}

/** As long as a pod keeps serving, and for what is under way then. */
function draining(spec: ExposedApp): number {
  return drainSeconds(spec) + 30;
}

function object(spec: ExposedApp, apiVersion: string, kind: string, body: Record<string, unknown>): KubeObject {
  return { apiVersion, kind, metadata: webMetadata(spec), spec: body };
}

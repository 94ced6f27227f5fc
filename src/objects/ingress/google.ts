import type { Kind, KubeObject } from '../../ports.ts';
import { drainSeconds } from '../drain.ts';
import { partMetadata, webMetadata } from '../labels.ts';
import type { ExposedApp, ExposedProcess, IngressSpec } from './ingress-spec.ts';
import { routesByHost, routesOf } from './routes.ts';

/** The kinds of object that GKE adds for its load balancers. */
export const GOOGLE_KINDS = {
  backendConfig: { apiVersion: 'cloud.google.com/v1', kind: 'BackendConfig' },
  managedCertificate: { apiVersion: 'networking.gke.io/v1', kind: 'ManagedCertificate' },
  healthCheckPolicy: { apiVersion: 'networking.gke.io/v1', kind: 'HealthCheckPolicy' },
  backendPolicy: { apiVersion: 'networking.gke.io/v1', kind: 'GCPBackendPolicy' },
} satisfies Record<string, Kind>;

/** Several probers outside of the cluster check at once. */
const CHECK = { checkIntervalSec: 5, timeoutSec: 5, healthyThreshold: 1, unhealthyThreshold: 2 };

/**
 * Configures GKE's load balancer, which does not read the probes of the pods: the path of the health check (on the port of
 * the pods, not of the Service), how long a connection may last, and the time in which requests to a removed pod may end.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
 */
export function backendConfig(spec: ExposedApp, process: ExposedProcess, ingress: IngressSpec): KubeObject {
  const healthCheck = { ...CHECK, type: 'HTTP', requestPath: process.health ?? '/', port: process.port };
  return object(spec, process, GOOGLE_KINDS.backendConfig, {
    healthCheck,
    timeoutSec: ingress.timeoutSeconds,
    connectionDraining: { drainingTimeoutSec: draining(process) },
  });
}

/** Ties the Service to its BackendConfig, and the load balancer to the pods themselves (container-native). */
export function backendAnnotations(service: string): Record<string, string> {
  return {
    'cloud.google.com/backend-config': JSON.stringify({ default: service }),
    'cloud.google.com/neg': JSON.stringify({ ingress: true }),
  };
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs */
export function managedCertificateObject(spec: ExposedApp, ingress: IngressSpec): KubeObject {
  const domains = [...routesByHost(routesOf(spec, ingress)).keys()];
  return { ...GOOGLE_KINDS.managedCertificate, metadata: webMetadata(spec), spec: { domains } };
}

/**
 * The same configuration for a Gateway of a class of GKE.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources
 */
export function gatewayPolicies(spec: ExposedApp, process: ExposedProcess, ingress: IngressSpec): KubeObject[] {
  const targetRef = { group: '', kind: 'Service', name: process.name };
  const { port, health } = process;
  const fixed = { portSpecification: 'USE_FIXED_PORT', port };
  const config = health
    ? { type: 'HTTP', httpHealthCheck: { ...fixed, requestPath: health } }
    : { type: 'TCP', tcpHealthCheck: fixed };
  return [
    object(spec, process, GOOGLE_KINDS.healthCheckPolicy, { default: { ...CHECK, config }, targetRef }),
    object(spec, process, GOOGLE_KINDS.backendPolicy, {
      default: { timeoutSec: ingress.timeoutSeconds, connectionDraining: { drainingTimeoutSec: draining(process) } },
      targetRef,
    }),
  ];
}

/** Seconds: as long as a removed pod keeps serving, and 30 s for the requests that it has then. */
function draining(process: ExposedProcess): number {
  return drainSeconds(process) + 30;
}

function object(spec: ExposedApp, process: ExposedProcess, kind: Kind, body: Record<string, unknown>): KubeObject {
  return { ...kind, metadata: partMetadata(spec, process), spec: body };
}

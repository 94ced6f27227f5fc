import { fields, list, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { backendsOf, serviceOf } from './backends.ts';
import { at, type Observed, sameNamespace } from './observed.ts';

const ROUTES = ['HTTPRoute', 'GRPCRoute'];
const POLICIES = ['HealthCheckPolicy', 'GCPBackendPolicy'];

/** Whether a Gateway of GKE serves a route: its class says so, or the objects have policies of GKE. */
export function isOfGke({ kind, spec }: KubeObject, { objects }: Observed): boolean {
  if (!ROUTES.includes(kind)) return false;
  const parents = list(fields(spec).parentRefs).map(({ name }) => name);
  const gateways = objects.filter((one) => one.kind === 'Gateway' && parents.includes(one.metadata.name));
  if (gateways.length > 0) return gateways.some((one) => /^gke-/.test(textOf(fields(one.spec).gatewayClassName)));
  return objects.some((one) => POLICIES.includes(one.kind));
}

/** The policy of GKE for a Service. */
export function policyOf(kind: string, service: KubeObject, { objects }: Observed): KubeObject | undefined {
  return objects.find(
    (one) =>
      one.kind === kind &&
      fields(fields(one.spec).targetRef).name === service.metadata.name &&
      sameNamespace(one, service),
  );
}

/**
 * Without a HealthCheckPolicy, a Gateway of GKE asks GET / of each Service, whatever the probes of its pods are.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources#configure_health_check
 */
export function gatewayFindings(route: KubeObject, all: Observed): Finding[] {
  if (!isOfGke(route, all)) return [];
  const services = new Set(backendsOf(route).flatMap((backend) => serviceOf(backend, route, all) ?? []));
  return [...services]
    .filter((service) => policyOf('HealthCheckPolicy', service, all) === undefined)
    .map((service) =>
      finding('balancer-asks-root', {
        where: at(service, all),
        confidence: 'likely',
        seen: `${route.kind} ${route.metadata.name} leads to it, and no HealthCheckPolicy names a health path: the load balancer asks GET / and needs the status 200`,
        remedy: 'Add a HealthCheckPolicy for the Service (`deploy.health` with `ingress.kind: gateway` writes it).',
        key: 'gateway',
      }),
    );
}

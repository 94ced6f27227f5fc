import type { KubeObject } from '../ports.ts';
import { ready, type Surroundings, type Verdict, waiting } from './verdict.ts';

interface IngressView {
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

const CLASS = 'kubernetes.io/ingress.class';
/** The state of each backend, as the controller of GKE last saw it. */
const BACKENDS = 'ingress.kubernetes.io/backends';

/**
 * An Ingress.
 *
 * Ready when
 *   1. it exists: not every controller writes an address into its status; and
 *   2. with a class of GKE, its load balancer has an address: nothing answers before. An unhealthy backend is a warning.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/ingress
 */
export function ingress(object: KubeObject, near: Surroundings): Verdict {
  const { status } = object as IngressView & KubeObject;
  const [address] = status?.loadBalancer?.ingress ?? [];
  const known = address ? `its address is ${address.ip ?? address.hostname}` : 'it is there';
  if (!isOfGke(object)) return ready(known);
  if (address) return ready(known, unhealthy(object));
  const last = near.warnings(object.metadata.uid).at(-1);
  return waiting(`its load balancer has no address yet${last ? `: ${last.message}` : ''}`, {
    remedy:
      'A new load balancer takes some minutes. See the events of the Ingress, and the quota of the project; `timeout` gives it longer.',
  });
}

function isOfGke({ metadata, spec }: KubeObject): boolean {
  const named = (spec as { ingressClassName?: string } | undefined)?.ingressClassName;
  return /^gce(-internal)?$/.test(metadata.annotations?.[CLASS] ?? named ?? '');
}

/** The controller writes the annotation from time to time, so it may be out of date: a warning, and no verdict. */
function unhealthy({ metadata }: KubeObject): string | undefined {
  const states = Object.entries(parsed(metadata.annotations?.[BACKENDS]));
  const bad = states.filter(([, state]) => state === 'UNHEALTHY').map(([name]) => name);
  if (bad.length === 0) return undefined;
  return `the load balancer last found ${bad.join(', ')} unhealthy: the health check path must answer 200 without a login, on the port of the pods`;
}

function parsed(json: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(json ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

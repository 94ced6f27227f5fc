import type { KubeObject } from '../ports.ts';
import { ready, type Surroundings, type Verdict, waiting } from './verdict.ts';

interface IngressView {
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

const CLASS = 'kubernetes.io/ingress.class';
/** What GKE's controller has seen of each backend. */
const BACKENDS = 'ingress.kubernetes.io/backends';

/**
 * An Ingress is ready when it is accepted: not every controller writes an address into its status. GKE's does: behind each
 * Ingress it makes a load balancer, and without its address nothing answers.
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

/** The annotation is written now and then, so that it may be of before: a thing to know, and no verdict. */
function unhealthy({ metadata }: KubeObject): string | undefined {
  const states = Object.entries(parsed(metadata.annotations?.[BACKENDS]));
  const bad = states.filter(([, state]) => state === 'UNHEALTHY').map(([name]) => name);
  if (bad.length === 0) return undefined;
  return `the load balancer last found ${bad.join(', ')} unhealthy: does the health check path answer 200 to everybody, on the port of the pods?`;
}

function parsed(json: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(json ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

import type { KubeObject } from '../ports.ts';
import { ready, type Surroundings, type Verdict, waiting } from './verdict.ts';

interface ServiceView {
  spec: { type?: string };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/**
 * A Service.
 *
 * Ready when it exists; with type LoadBalancer, when it has an address.
 */
export function service(object: KubeObject, near: Surroundings): Verdict {
  const { spec, status } = object as unknown as ServiceView;
  if (spec.type !== 'LoadBalancer') return ready('it is there');
  const [address] = status?.loadBalancer?.ingress ?? [];
  if (address) return ready(`its address is ${address.ip ?? address.hostname}`);
  const last = near.warnings(object.metadata.uid).at(-1);
  return waiting(last ? `it has no address yet: ${last.message}` : 'it has no address yet', {
    remedy:
      'Check that this cluster provides load balancers: see the events of the Service, and the quota of addresses. Where it has none, set the type to ClusterIP, and route requests by an Ingress.',
  });
}

import type { KubeObject } from '../ports.ts';
import { ready, type Verdict } from './verdict.ts';

interface IngressView {
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** An Ingress is ready when it is accepted: not every controller writes an address into its status. */
export function ingress(object: KubeObject): Verdict {
  const { status } = object as IngressView & KubeObject;
  const [address] = status?.loadBalancer?.ingress ?? [];
  return ready(address ? `its address is ${address.ip ?? address.hostname}` : 'it is there');
}

import { EnvironmentError, UserError } from '../../errors.ts';
import { hostAt } from '../../objects/ingress/address.ts';
import { ADDRESS, type GatewayRef, type IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { hostProblem } from '../../plan/review/host.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import type { IngressPorts } from './ports.ts';
import { readAddress } from './read-address.ts';
import { GATEWAY_API, requireKinds } from './require-kinds.ts';

const GATEWAY = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
/** Classes of GKE's controller: gke-l7-global-external-managed and others. @see https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities */
const OF_GKE = /^gke-/;

/**
 * The way in with all that only the cluster knows. Nothing is written.
 * @throws EnvironmentError where the cluster does not have the kinds of objects, the Gateway or an address
 */
export async function locateIngress(ingress: IngressSpec, ports: IngressPorts): Promise<IngressSpec> {
  const policies =
    ingress.kind === 'gateway' ? (ingress.policies ?? (await isOfGke(ingress.gateway, ports))) : ingress.policies;
  const known = { ...ingress, policies };
  await requireKinds(known, ports.cluster);
  if (ingress.address === undefined) return known;
  const address = await readAddress(ingress.address, ports);
  const host = hostAt(ingress.host, address);
  const problem = hostProblem(host);
  if (problem !== undefined) {
    throw new UserError(`"${host}" is not a host name: ${problem}`, {
      details: ['nothing was written'],
      remedy: 'Shorten the host in slipway.yml, or give {address} a part of its own: pr-{number}.{address}.sslip.io.',
    });
  }
  ports.log.info(`${ADDRESS} is ${address}: ${host}`);
  return { ...known, host };
}

async function isOfGke(gateway: GatewayRef | undefined, { cluster }: IngressPorts): Promise<boolean> {
  if (gateway === undefined) throw new UserError('ingress.gateway is missing');
  const found = await gatewayObject(gateway, cluster);
  return OF_GKE.test((found.spec as { gatewayClassName?: string }).gatewayClassName ?? '');
}

async function gatewayObject({ namespace, name }: GatewayRef, cluster: Cluster): Promise<KubeObject> {
  if ((await cluster.resource(GATEWAY)) === undefined) {
    throw new EnvironmentError(`ingress.kind: gateway: cluster ${cluster.name} does not have the Gateway API`, {
      details: ['nothing was written'],
      remedy: GATEWAY_API,
    });
  }
  const found = await cluster.get({ ...GATEWAY, namespace, name });
  if (found) return found;
  throw new EnvironmentError(`ingress.gateway: there is no Gateway ${name} in namespace ${namespace}`, {
    details: ['nothing was written'],
    remedy: 'Create it (a Gateway is shared by many apps, and so the operator’s), or correct ingress.gateway.',
  });
}

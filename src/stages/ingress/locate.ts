import { EnvironmentError, UserError } from '../../errors.ts';
import { hostAt } from '../../objects/ingress/address.ts';
import { ADDRESS, type GatewayRef, type IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { INGRESSES } from '../../objects/ingress/kinds.ts';
import { hostProblem } from '../../plan/review/host.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import type { IngressPorts } from './ports.ts';
import { readAddress } from './read-address.ts';
import { requireKinds } from './require-kinds.ts';

const GATEWAY = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
/** Classes of GKE's controller, such as gke-l7-global-external-managed. @see https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities */
const OF_GKE = /^gke-/;

/**
 * The ingress with all that only the cluster knows; writes nothing.
 * @throws EnvironmentError if the cluster lacks the kinds of objects, the Gateway or an address
 */
export async function locateIngress(ingress: IngressSpec, ports: IngressPorts): Promise<IngressSpec> {
  const policies =
    ingress.policies ?? (ingress.gateway === undefined ? undefined : await isOfGke(ingress, ingress.gateway, ports));
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

async function isOfGke(ingress: IngressSpec, gateway: GatewayRef, { cluster }: IngressPorts): Promise<boolean> {
  const found = await gatewayObject(ingress, gateway, cluster);
  return OF_GKE.test((found.spec as { gatewayClassName?: string }).gatewayClassName ?? '');
}

async function gatewayObject(
  ingress: IngressSpec,
  { namespace, name }: GatewayRef,
  cluster: Cluster,
): Promise<KubeObject> {
  if ((await cluster.resource(GATEWAY)) === undefined) {
    throw new EnvironmentError(`ingress.kind: ${ingress.kind}: cluster ${cluster.name} does not have the Gateway API`, {
      details: ['nothing was written'],
      remedy: INGRESSES[ingress.kind].requires(ingress).remedy,
    });
  }
  const found = await cluster.get({ ...GATEWAY, namespace, name });
  if (found) return found;
  throw new EnvironmentError(`ingress.gateway: there is no Gateway ${name} in namespace ${namespace}`, {
    details: ['nothing was written'],
    remedy: 'Correct ingress.gateway, or create the Gateway: many apps share one, so Slipway does not create it.',
  });
}

import { messageOf, SlipwayError, Unreachable, UserError } from '../../../errors.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Kind, KubeObject } from '../../../ports.ts';
import type { Site } from '../../site.ts';

/** Kinds that lead a host name to a Service. */
export const ROUTES: Kind[] = [
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
];

/**
 * Refuses a host name that an object of another namespace has: which of the two answers would be chance.
 * @throws UserError that names the object, before anything is written; Unreachable when the cluster is away
 */
export async function refuseTakenHost(
  { app: { ingress }, namespace }: Pick<ReviewUpPlan, 'app' | 'namespace'>,
  site: Pick<Site, 'cluster' | 'log'>,
): Promise<void> {
  const host = ingress?.host ?? '';
  if (host === '') return;
  const found = (await Promise.all(ROUTES.map((kind) => routesOf(kind, host, site)))).flat();
  const [taken] = found.filter(({ metadata }) => metadata.namespace !== namespace);
  if (taken === undefined) return;
  const other = `${taken.kind} ${taken.metadata.namespace}/${taken.metadata.name}`;
  throw new UserError(`the host name ${host} is taken: ${other} has it`, {
    details: ['Nothing was written.'],
    remedy: `Give the environment another host name (review.host), or remove that object: kubectl --namespace ${taken.metadata.namespace} describe ${taken.kind.toLowerCase()} ${taken.metadata.name}`,
  });
}

/** None of a kind that the cluster does not serve, or that this account may not list in all namespaces. */
async function routesOf(
  kind: Kind,
  host: string,
  { cluster, log }: Pick<Site, 'cluster' | 'log'>,
): Promise<KubeObject[]> {
  if ((await cluster.resource(kind)) === undefined) return [];
  try {
    const all = await cluster.list(kind);
    return all.filter((one) => one.metadata.deletionTimestamp === undefined && hostsOf(one).includes(host));
  } catch (error) {
    if (!(error instanceof SlipwayError) || error instanceof Unreachable) throw error;
    log.info(
      `it is not known whether ${kind.kind} objects of other namespaces have the host ${host}: ${messageOf(error)}`,
    );
    return [];
  }
}

function hostsOf({ spec }: KubeObject): string[] {
  const { rules = [], hostnames = [] } = (spec ?? {}) as { rules?: { host?: string }[]; hostnames?: string[] };
  return [...rules.flatMap(({ host }) => host ?? []), ...hostnames].map((host) => host.toLowerCase());
}

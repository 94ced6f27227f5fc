import { messageOf, UserError } from '../../../errors.ts';
import { ROUTES } from '../../../objects/ingress/kinds.ts';
import type { Route } from '../../../objects/ingress/traits.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { KubeObject } from '../../../ports.ts';
import type { Site } from '../../site.ts';
import { unlessRefused } from '../../unless-refused.ts';

/**
 * Refuses a host name that an object of another namespace has: the ingress controller would pick either of the two.
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

/** No objects of a kind that the cluster does not serve, or that this account may not list in all namespaces. */
async function routesOf(
  kind: Route,
  host: string,
  { cluster, log }: Pick<Site, 'cluster' | 'log'>,
): Promise<KubeObject[]> {
  if ((await cluster.resource(kind)) === undefined) return [];
  const all = await unlessRefused(
    () => cluster.list(kind),
    (error) => {
      log.info(
        `Slipway cannot check whether a ${kind.kind} of another namespace has the host ${host}: ${messageOf(error)}`,
      );
      return [];
    },
  );
  return all.filter(
    (one) =>
      one.metadata.deletionTimestamp === undefined && kind.hosts(one).some((given) => given.toLowerCase() === host),
  );
}

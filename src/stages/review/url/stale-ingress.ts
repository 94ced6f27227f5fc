import { messageOf } from '../../../errors.ts';
import { ROUTES } from '../../../objects/ingress/kinds.ts';
import { refOf, shortName } from '../../../objects/ref.ts';
import { ownerSelector } from '../../../plan/review/environment/owner.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Kind, KubeObject } from '../../../ports.ts';
import type { Site } from '../../site.ts';
import { unlessRefused } from '../../unless-refused.ts';

/**
 * Removes routes of earlier deploys that this one no longer contains: after a change of `ingress.kind`, an old route would lead to
 * the same Service without the access rules of the new one.
 * @param objects of the app, as this deploy has them
 * @throws Unreachable when the cluster is away
 */
export async function removeStaleIngress(
  { namespace, owner }: Pick<ReviewUpPlan, 'namespace' | 'owner'>,
  objects: readonly KubeObject[],
  site: Site,
): Promise<void> {
  const now = new Set(objects.map((object) => shortName(refOf(object))));
  await Promise.all(
    ROUTES.map(async (kind) => {
      const found = await listed(kind, namespace, owner, site);
      for (const one of found.filter((object) => !now.has(shortName(refOf(object))))) {
        site.log.info(`${shortName(refOf(one))} is removed: this deploy has another route`);
        await site.cluster.delete(refOf(one), { uid: one.metadata.uid });
      }
    }),
  );
}

/** None of a kind that the cluster does not serve, or that this account may not list: it cannot have created any. */
async function listed(
  kind: Kind,
  namespace: string,
  owner: ReviewUpPlan['owner'],
  { cluster, log }: Site,
): Promise<KubeObject[]> {
  if ((await cluster.resource(kind)) === undefined) return [];
  return unlessRefused(
    () => cluster.list(kind, { namespace, labelSelector: ownerSelector(owner) }),
    (error) => {
      log.info(`${kind.kind} of earlier deploys were not looked for: ${messageOf(error)}`);
      return [];
    },
  );
}

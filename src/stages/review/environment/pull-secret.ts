import type { Images } from '../../../objects/images.ts';
import { withPullSecrets } from '../../../objects/pull-secrets/with-pull-secrets.ts';
import { PULL_SECRET, pullSecretCopy } from '../../../plan/review/pull-secret.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { KubeObject } from '../../../ports.ts';
import { reviewPullSecret } from '../../pull-secrets.ts';
import type { Site } from '../../site.ts';

/**
 * The copy of the Secret of review.pullSecret as it is now; none without that key.
 * @param images by digest
 * @throws UserError if the Secret is missing or not fit to pull with
 */
export async function pullSecretIn(
  { pullSecret, owner, namespace }: Pick<ReviewUpPlan, 'pullSecret' | 'owner' | 'namespace'>,
  images: Images,
  site: Site,
): Promise<KubeObject[]> {
  if (pullSecret === undefined) return [];
  return [pullSecretCopy(await reviewPullSecret(pullSecret, images, site), owner, namespace)];
}

/** The same objects, their pods with the copy. */
export function pulling(
  { pullSecret }: Pick<ReviewUpPlan, 'pullSecret'>,
  objects: readonly KubeObject[],
): KubeObject[] {
  return withPullSecrets(objects, pullSecret === undefined ? [] : [PULL_SECRET]);
}

/** Deletes the copy of an earlier deploy: nothing pulls with it any more. */
export async function removeStalePullSecret(
  { pullSecret, namespace }: Pick<ReviewUpPlan, 'pullSecret' | 'namespace'>,
  { cluster }: Pick<Site, 'cluster'>,
): Promise<void> {
  if (pullSecret !== undefined) return;
  await cluster.delete({ apiVersion: 'v1', kind: 'Secret', name: PULL_SECRET, namespace });
}

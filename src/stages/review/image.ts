import { UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import { forkTag, handOverName } from '../../plan/images/tags.ts';
import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Resolves the image to run to its digest, because tags move.
 * @param commit full commit id; its image is used if the plan names none
 * @throws UserError if the registry has none
 */
export async function resolveReviewImage(
  plan: ReviewUpPlan,
  commit: string,
  { registry }: ReviewPorts,
): Promise<string> {
  const own = handOverName(plan.repository, commit);
  const ofFork = plan.approved === undefined ? [] : [`${plan.repository}:${forkTag(commit)}`];
  const names = plan.image === undefined ? [...ofFork, own] : [plan.image];
  for (const name of names) {
    const { repository, digest } = parseReference(name);
    const found = await registry.resolve(name);
    if (found !== undefined) return `${repository}@${digest ?? found.digest}`;
  }
  const wanted = names.join(' or ');
  throw new UserError(`image ${wanted} was not found in the registry`, {
    remedy: 'Push it first: pass the output `reference` of push-to-registry as input `image`.',
  });
}

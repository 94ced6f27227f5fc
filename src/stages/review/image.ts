import { UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { Images } from '../../objects/images.ts';
import { forkTag, handOverName } from '../../plan/images/tags.ts';
import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import { noticeMovedTags } from '../moved-tags.ts';
import { inPool } from '../pool.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Resolves the images to run to their digests, because tags move.
 * @param commit full commit id; an image that the plan does not name is that of the commit
 * @throws UserError if the registry does not have one of them, or no evidence that `tests.required` asks for
 */
export async function resolveReviewImages(plan: ReviewUpPlan, commit: string, ports: ReviewPorts): Promise<Images> {
  const found = inPool(Object.entries(plan.repositories), async ([name, repository]) => {
    const ofFork = plan.approved === undefined ? [] : [`${repository}:${forkTag(commit)}`];
    const given = plan.images[name];
    const names = given === undefined ? [...ofFork, handOverName(repository, commit)] : [given];
    return [name, await firstFound(names, ports)] as const;
  });
  const [resolved] = await Promise.all([found, noticeMovedTags(plan.images, commit, ports)]);
  const images = Object.fromEntries(resolved);
  await ports.checkEvidence?.(images, commit);
  return images;
}

async function firstFound(names: readonly string[], { registry }: Pick<ReviewPorts, 'registry'>): Promise<string> {
  for (const name of names) {
    const { repository, digest } = parseReference(name);
    const found = await registry.resolve(name);
    if (found !== undefined) return `${repository}@${digest ?? found.digest}`;
  }
  throw new UserError(`image ${names.join(' or ')} was not found in the registry`, {
    remedy: 'Push it first: pass the output `reference` of push-to-registry as input `image`.',
  });
}

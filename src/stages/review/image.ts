import { UserError } from '../../errors.ts';
import { parseReference } from '../../plan/images/reference.ts';
import { handOverName } from '../../plan/images/tags.ts';
import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * The image to run, by digest: tags move.
 * @param commit full commit id, whose image it is where the plan names none
 * @throws UserError when the registry has none
 */
export async function resolveImage(plan: ReviewUpPlan, commit: string, { registry }: ReviewPorts): Promise<string> {
  const wanted = plan.image ?? handOverName(plan.repository, commit);
  const { repository, digest } = parseReference(wanted);
  const found = await registry.resolve(wanted);
  if (found !== undefined) return `${repository}@${digest ?? found.digest}`;
  throw new UserError(`image ${wanted} was not found in the registry`, {
    remedy: 'Push it first: pass the output `reference` of push-to-registry as input `image`.',
  });
}

import { messageOf } from '../../errors.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Removes the pull request's images from the local Docker engine, where there is one: a self-hosted runner keeps them
 * otherwise. What was pushed stays in the registry, under its retention.
 * @returns the names that were removed
 */
export async function removeImages(plan: ReviewDownPlan, { builder, log }: ReviewPorts): Promise<string[]> {
  // Other variants of the pull request run the same image.
  if (builder === undefined || plan.variant !== undefined) return [];
  try {
    const images = await builder.listImages({
      [IMAGE_LABELS.repository]: String(plan.repositoryId),
      [IMAGE_LABELS.pullRequest]: String(plan.number),
      ...(plan.app === undefined ? {} : { [IMAGE_LABELS.app]: plan.app }),
    });
    const names = images.flatMap((image) => (image.tags.length > 0 ? image.tags : [image.id]));
    if (names.length > 0) await builder.removeImages(names);
    return names;
  } catch (error) {
    // A runner of GitHub's own is thrown away anyway, and the environment is gone.
    log.info(`no images of the local Docker engine were removed: ${messageOf(error)}`);
    return [];
  }
}

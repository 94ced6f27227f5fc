import { messageOf } from '../../errors.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import type { ReviewDownPlan } from '../../plan/review-plan.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Removes the images of the pull request from the local Docker engine, which a self-hosted runner would keep. The
 * registry keeps what was pushed, under its own retention.
 * @returns the names of the removed images
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
    // GitHub's own runners are discarded after the job, and the environment is removed already.
    log.info(`the images in the local Docker engine were not removed: ${messageOf(error)}`);
    return [];
  }
}

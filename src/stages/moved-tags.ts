import { parseReference } from '../objects/image-reference.ts';
import type { Images } from '../objects/images.ts';
import { handOverName } from '../plan/images/tags.ts';
import type { Log, Registry } from '../ports.ts';
import { inPool } from './pool.ts';

/**
 * Says when the tag of the commit does not name the image that is deployed: somebody pushed the commit again, or moved the tag.
 * The deployed digest stays that of the plan.
 * @param images as the plan names them; for one by tag there is nothing to compare
 */
export async function noticeMovedTags(
  images: Images,
  commit: string,
  { registry, log }: { registry: Pick<Registry, 'resolve'>; log: Pick<Log, 'warning'> },
): Promise<void> {
  await inPool(Object.values(images), async (image) => {
    const { repository, digest } = parseReference(image);
    if (digest === undefined) return;
    const tag = handOverName(repository, commit);
    // The registry is asked for the image itself as well, with every error; here no answer is no news.
    const named = await registry.resolve(tag).catch(() => undefined);
    if (named === undefined || named.digest === digest) return;
    log.warning(
      `${tag} names ${named.digest} now, and not ${digest}, which is deployed: somebody pushed this commit again or moved the tag after the push`,
    );
  });
}

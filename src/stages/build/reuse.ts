import type { ImageBuild } from '../../plan/build-plan.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import { builtName } from '../../plan/images/tags.ts';
import type { LocalImage } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';

/**
 * The newest image that this engine built from the same sources; undefined without one. A pull request and its images stay
 * apart from all others, since those images can be removed with it at any moment. Labels alone prove nothing, because a pulled
 * image may have any: see `builtName`.
 */
export async function reusable(plan: ImageBuild, key: string, ports: BuildPorts): Promise<LocalImage | undefined> {
  const sameSources = await ports.builder.listImages({ [IMAGE_LABELS.sourceKey]: key });
  const name = builtName(plan.event, key);
  const [newest] = sameSources
    .filter(({ tags }) => tags.includes(name))
    .sort((a, b) => (a.created < b.created ? 1 : -1));
  if (newest === undefined) {
    if (sameSources.length > 0) ports.log.info(NOT_OURS);
    return undefined;
  }
  const commit = newest.labels['org.opencontainers.image.revision'];
  const origin = commit === undefined || commit === plan.event.sha ? '' : `, built for commit ${commit.slice(0, 12)}`;
  ports.log.info(`The same sources were built before: ${newest.id}${origin}. \`force: true\` builds again.`);
  return newest;
}

const NOT_OURS =
  'An image with this source key is in the engine, but is not reused: it was pulled, or belongs to a pull request (or this build does), and pull requests share no images.';

/** Gives a reused image the names of this build. */
export async function tagAll(plan: ImageBuild, image: LocalImage, ports: BuildPorts): Promise<void> {
  for (const tag of plan.tags) await ports.builder.tag(image.id, tag);
}

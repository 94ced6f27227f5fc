import type { ImageBuild } from '../../plan/build-plan.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import { builtName } from '../../plan/images/tags.ts';
import type { LocalImage } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';

/**
 * The newest image that this engine built from the same sources; undefined without one. A pull request and its images stay
 * apart from all others, since those images can be removed with it at any moment. Labels alone prove nothing, because a pulled
 * image may have any: see `builtName`.
 * @param title of the build, for the log; empty for the only one
 */
export async function reusable(
  plan: ImageBuild,
  key: string,
  title: string,
  ports: BuildPorts,
): Promise<LocalImage | undefined> {
  const say = (text: string) => ports.log.info(title === '' ? text : `${title}: ${text}`);
  const sameSources = await ports.builder.listImages({ [IMAGE_LABELS.sourceKey]: key });
  const name = builtName(plan.event, key);
  const [newest] = sameSources
    .filter(({ tags }) => tags.includes(name))
    .sort((a, b) => (a.created < b.created ? 1 : -1));
  if (newest === undefined) {
    if (sameSources.length > 0) say(NOT_OURS);
    return undefined;
  }
  const commit = newest.labels['org.opencontainers.image.revision'];
  const origin = commit === undefined || commit === plan.event.sha ? '' : `, built for commit ${commit.slice(0, 12)}`;
  say(`The same sources were built before: ${newest.id}${origin}. \`force: true\` builds again.`);
  return newest;
}

const NOT_OURS =
  'The engine has an image of the same sources and does not reuse it: pull requests share no images, and an image that was pulled proves nothing.';

/** Gives a reused image the names of this build. */
export async function tagAll(plan: ImageBuild, image: LocalImage, ports: BuildPorts): Promise<void> {
  for (const tag of plan.tags) await ports.builder.tag(image.id, tag);
}

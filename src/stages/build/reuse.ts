import { parseReference } from '../../objects/image-reference.ts';
import type { ImageBuild } from '../../plan/build-plan.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import { changedParts, readParts } from '../../plan/images/source-key.ts';
import { builtName } from '../../plan/images/tags.ts';
import type { LocalImage } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';
import type { BuildKey } from './sources.ts';

/**
 * The newest image that this engine built from the same sources; undefined without one. A pull request and its images stay
 * apart from all others, since those images can be removed with it at any moment. Labels alone prove nothing, because a pulled
 * image may have any: see `builtName`.
 * @param title of the build, for the log; empty for the only one
 */
export async function reusable(
  plan: ImageBuild,
  { key, parts }: BuildKey,
  title: string,
  ports: BuildPorts,
): Promise<LocalImage | undefined> {
  const say = (text: string) => ports.log.info(title === '' ? text : `${title}: ${text}`);
  const [sameSources, earlier] = await Promise.all([
    ports.builder.listImages({ [IMAGE_LABELS.sourceKey]: key }),
    earlierImages(plan, ports),
  ]);
  const name = builtName(plan.event, key);
  const [newest] = sameSources
    .filter(({ tags }) => tags.includes(name))
    .sort((a, b) => (a.created < b.created ? 1 : -1));
  if (newest === undefined) {
    say(sameSources.length > 0 ? NOT_OURS : missReason(plan, parts, earlier));
    return undefined;
  }
  const commit = newest.labels['org.opencontainers.image.revision'];
  const origin = commit === undefined || commit === plan.event.sha ? '' : `, built for commit ${commit.slice(0, 12)}`;
  say(`The same sources were built before: ${newest.id}${origin}. \`force: true\` builds again.`);
  return newest;
}

/** Images of the application in the engine; none for a stage for tests, which has no name by which an earlier one could be found. */
function earlierImages({ tags, app, event }: ImageBuild, { builder }: BuildPorts): Promise<LocalImage[]> {
  if (tags.length === 0) return Promise.resolve([]);
  return builder.listImages({ [IMAGE_LABELS.app]: app, [IMAGE_LABELS.repository]: String(event.repository.id) });
}

/** What differs between these sources and those of the newest image of this name in the engine. */
function missReason(plan: ImageBuild, parts: Readonly<Record<string, string>>, earlier: readonly LocalImage[]): string {
  const [tag] = plan.tags;
  if (tag === undefined) return 'The engine has no image of these sources: it builds.';
  const name = parseReference(tag).repository;
  const [newest] = earlier
    .filter(({ tags }) => tags.some((one) => one.startsWith(`${name}:`)))
    .sort((a, b) => (a.created < b.created ? 1 : -1));
  const before = readParts(newest?.labels[IMAGE_LABELS.sourceParts]);
  if (before === undefined) return 'The engine has no earlier image to compare with: it builds.';
  const changed = changedParts(before, parts);
  if (changed.length === 0) return `The image of these sources is gone from the engine: it builds again.`;
  return `Since ${newest?.id.slice(0, 19)}, ${changed.join(', ')} changed.`;
}

const NOT_OURS =
  'The engine has an image of the same sources and does not reuse it: pull requests share no images, and an image that was pulled proves nothing.';

/** Gives a reused image the names of this build. */
export async function tagAll(plan: ImageBuild, image: LocalImage, ports: BuildPorts): Promise<void> {
  for (const tag of plan.tags) await ports.builder.tag(image.id, tag);
}

import type { BuildPlan } from '../../plan/build-plan.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import type { LocalImage } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';

/**
 * The newest image in the engine that was made from the same sources; undefined when there is none. A pull request uses
 * only its own images, and nobody else uses them: they are removed with it, at any moment.
 */
export async function reusable(plan: BuildPlan, key: string, ports: BuildPorts): Promise<LocalImage | undefined> {
  const made = await ports.builder.listImages({ [IMAGE_LABELS.sourceKey]: key });
  const owner = plan.event.kind === 'pull-request' ? String(plan.event.number) : undefined;
  const own = made.filter((image) => image.labels[IMAGE_LABELS.pullRequest] === owner);
  const [newest] = own.sort((a, b) => (a.created < b.created ? 1 : -1));
  if (newest) {
    const commit = newest.labels['org.opencontainers.image.revision'];
    const origin = commit === undefined || commit === plan.event.sha ? '' : `, built for commit ${commit.slice(0, 12)}`;
    ports.log.info(`The same sources were built before: ${newest.id}${origin}. \`force: true\` builds anew.`);
  }
  return newest;
}

/** Gives an image that is reused the names of this build. */
export async function tagAll(plan: BuildPlan, image: LocalImage, ports: BuildPorts): Promise<void> {
  for (const tag of plan.tags) await ports.builder.tag(image.id, tag);
}

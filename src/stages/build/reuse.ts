import type { BuildPlan } from '../../plan/build-plan.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import type { LocalImage } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';

/** The newest image in the engine that was made from the same sources; undefined when there is none. */
export async function reusable(plan: BuildPlan, key: string, ports: BuildPorts): Promise<LocalImage | undefined> {
  const made = await ports.builder.listImages({ [IMAGE_LABELS.sourceKey]: key });
  const [newest] = made.sort((a, b) => (a.created < b.created ? 1 : -1));
  if (newest) {
    const commit = newest.labels['org.opencontainers.image.revision'];
    const made = commit === undefined || commit === plan.event.sha ? '' : `, built for commit ${commit.slice(0, 12)}`;
    ports.log.info(`The same sources were built before: ${newest.id}${made}. \`force: true\` builds anew.`);
  }
  return newest;
}

/** Gives an image that is reused the names of this build. */
export async function tagAll(plan: BuildPlan, image: LocalImage, ports: BuildPorts): Promise<void> {
  for (const tag of plan.tags) await ports.builder.tag(image.id, tag);
}

import type { PlannedTag, PushPlan } from '../../plan/push-plan.ts';
import type { RegistryImage } from '../../ports.ts';
import type { PushPorts } from './ports.ts';

/** The tag that keeps a build of a commit when the commit is built again: sha-<commit>-<8 digits of the image>. */
export function buildTag(commit: string, image: RegistryImage): string {
  const id = image.configDigest ?? image.digest;
  return `${commit}-${id.replace(/^sha256:/, '').slice(0, 8)}`;
}

/**
 * Keeps the earlier build of this commit under a tag of its own before the commit's tag moves. Registries delete an image
 * without a tag, and a rollback would not find it.
 */
export async function keepEarlier(
  plan: PushPlan,
  tag: PlannedTag,
  earlier: RegistryImage,
  { registry, log }: PushPorts,
): Promise<void> {
  const kept = buildTag(tag.name, earlier);
  await registry.tag(plan.repository, earlier.digest, kept);
  log.info(`This commit was built before: ${earlier.digest} stays as ${kept}, ${tag.name} names the new build.`);
}

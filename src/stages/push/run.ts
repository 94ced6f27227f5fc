import { messageOf, UserError } from '../../errors.ts';
import type { PlannedTag, PushPlan } from '../../plan/push-plan.ts';
import type { LocalImage, RegistryImage } from '../../ports.ts';
import type { StageResult } from '../../stage-result.ts';
import { Steps } from '../steps.ts';
import type { PushPorts } from './ports.ts';
import { isSameImage, occupied, proveSame } from './prove.ts';
import { buildTag, keepEarlier } from './rebuilds.ts';
import { pushResult } from './result.ts';
import { checkTested } from './tested.ts';

/** The image in the registry after the push. */
interface Pushed {
  image: RegistryImage;
  /** Tags that did not name this image before. */
  moved: string[];
}

/**
 * Pushes the image of the engine and sets its tags; the digest is the registry's. Uploads nothing when the image is not the
 * tested one, or when a fixed tag names another image.
 * @throws UserError for those; UserError or EnvironmentError with a remedy when the registry refuses
 */
export async function runPush(plan: PushPlan, ports: PushPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  if (plan.archive !== undefined) return pushArchive(plan, plan.archive, steps, ports);
  const image = await findImage(plan, ports);
  return pushImage(plan, image, await checkTested(plan, image, ports.files), steps, ports);
}

/** The image of an archive is untrusted, so it is in the engine only during the push. */
async function pushArchive(plan: PushPlan, archive: string, steps: Steps, ports: PushPorts): Promise<StageResult> {
  const image = await steps.run('load', () => ports.images.load(archive));
  ports.log.info(`${archive} holds image ${image.id}, which is not run here`);
  try {
    return await pushImage(plan, image, undefined, steps, ports);
  } finally {
    // A failure here does not change the result of the push.
    await forget(image, ports).catch((error: unknown) =>
      ports.log.info(`${image.id} stays in the engine: ${messageOf(error)}`),
    );
  }
}

/** Removes the names that the push gave. An image with earlier names was here before and belongs to somebody. */
async function forget({ id, tags: before }: LocalImage, { images }: PushPorts): Promise<void> {
  const tags = (await images.inspect(id))?.tags ?? [];
  const own = tags.filter((tag) => !before.includes(tag));
  await images.removeImages(own.length === 0 && before.length === 0 ? [id] : own);
}

async function pushImage(
  plan: PushPlan,
  image: LocalImage,
  warning: string | undefined,
  steps: Steps,
  ports: PushPorts,
): Promise<StageResult> {
  const present = await steps.run('ask the registry', () => presentTags(plan, image, ports));
  const pushed = await steps.run('push', () => upload(plan, image, present, ports));
  proveSame(image, pushed.image);
  const [, ...others] = plan.tags;
  for (const tag of others) {
    if (present.get(tag.name)?.digest === pushed.image.digest) continue;
    await steps.run(`tag ${tag.name}`, () => setTag(plan, tag, pushed.image, present, ports));
    pushed.moved.push(tag.name);
  }
  await verifyTags(plan, image, pushed, ports);
  return pushResult({ plan, image, pushed: pushed.image, moved: pushed.moved, warning, steps });
}

async function setTag(
  plan: PushPlan,
  tag: PlannedTag,
  pushed: RegistryImage,
  present: Map<string, RegistryImage>,
  ports: PushPorts,
): Promise<void> {
  const earlier = present.get(tag.name);
  if (tag.kind === 'commit' && earlier) await keepEarlier(plan, tag, earlier, ports);
  await ports.registry.tag(plan.repository, pushed.digest, tag.name);
}

async function findImage(plan: PushPlan, { images }: PushPorts): Promise<LocalImage> {
  const image = await images.inspect(plan.image);
  if (image) return image;
  throw new UserError(`image ${plan.image} is not in this Docker engine`, {
    remedy: 'Run build-image earlier in the same job, or give its output `image` as input `image`.',
  });
}

/** What the tags name before any write. @throws UserError when a fixed tag names another image */
async function presentTags(
  plan: PushPlan,
  image: LocalImage,
  { registry }: PushPorts,
): Promise<Map<string, RegistryImage>> {
  const present = new Map<string, RegistryImage>();
  for (const { name, kind } of plan.tags) {
    const served = await registry.resolve(`${plan.repository}:${name}`);
    if (!served) continue;
    if (kind === 'fixed' && !isSameImage(image, served)) throw occupied(name, image, served);
    present.set(name, served);
  }
  return present;
}

/** Uploads under the first tag, unless the registry has the image under that tag. */
async function upload(
  plan: PushPlan,
  image: LocalImage,
  present: Map<string, RegistryImage>,
  ports: PushPorts,
): Promise<Pushed> {
  const [first] = plan.tags as [PlannedTag];
  const served = present.get(first.name);
  if (served && isSameImage(image, served)) {
    ports.log.info(`${plan.repository}:${first.name} is there already: ${served.digest}`);
    return { image: served, moved: [] };
  }
  if (served && first.kind === 'commit') await keepEarlier(plan, first, served, ports);
  const name = `${plan.repository}:${first.name}`;
  const pushed = await ports.log.group(`docker push ${name}`, () =>
    ports.registry.push(image.id, plan.repository, first.name, (line) => ports.log.output(line), ports.signal),
  );
  return { image: pushed, moved: [first.name] };
}

/**
 * Another run may set a tag between our read and our write. For the tag of a version that is an error. For the tag of a commit
 * the last write counts, and our image keeps a tag of its own.
 */
async function verifyTags(plan: PushPlan, image: LocalImage, pushed: Pushed, { registry }: PushPorts): Promise<void> {
  for (const { name, kind } of plan.tags) {
    if (kind === 'moving' || !pushed.moved.includes(name)) continue;
    const served = await registry.resolve(`${plan.repository}:${name}`);
    if (!served || served.digest === pushed.image.digest) continue;
    if (kind === 'fixed') throw occupied(name, image, served);
    await registry.tag(plan.repository, pushed.image.digest, buildTag(name, pushed.image));
  }
}

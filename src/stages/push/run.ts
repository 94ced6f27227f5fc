import { about, Cancelled, messageOf, SlipwayError, UserError } from '../../errors.ts';
import type { PlannedTag, PushPlan } from '../../plan/push-plan.ts';
import type { LoadedImage, LocalImage, RegistryImage } from '../../ports.ts';
import type { Annotation, StageResult } from '../../stage-result.ts';
import { type BuiltRecord, readBuilt } from '../build/record.ts';
import { inPool } from '../pool.ts';
import { Steps } from '../steps.ts';
import { type AttachedSboms, attachSboms, type Reading, readContents, wantsSbom } from './attach-sbom.ts';
import { layerBlocks } from './layers.ts';
import { leaveApis } from './leave-apis.ts';
import { leaveEvidence, refuseUnsigned } from './leave-evidence.ts';
import type { PushPorts } from './ports.ts';
import { isSameImage, occupied, proveSame, proveWhole } from './prove.ts';
import { buildTag, keepEarlier } from './rebuilds.ts';
import { pushResult } from './result.ts';
import { checkTested } from './tested.ts';

/** An image to push. */
interface Found {
  image: LoadedImage;
  /** What build-image recorded about it; undefined: nothing, or about another image. */
  built: BuiltRecord | undefined;
}

/** One image of a push. */
interface ImagePush extends Found {
  plan: PushPlan;
  warning: string | undefined;
  /** What its tags name before the push. */
  present: Map<string, RegistryImage>;
}

/** The image in the registry after the push. */
interface Pushed {
  image: RegistryImage;
  /** Tags that did not name this image before. */
  moved: string[];
}

/**
 * Pushes the images of the engine and sets their tags; the digests are the registry's. Uploads nothing when one of them is not the
 * tested one, or when a fixed tag names another image. Moves no tag that has a meaning for people before all are uploaded.
 * @throws UserError for those; UserError or EnvironmentError with a remedy when the registry refuses
 */
export async function runPush(plans: readonly PushPlan[], ports: PushPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  if (plans.some(({ archive }) => archive !== undefined)) return pushArchives(plans, steps, ports);
  const found = await inPool(plans, (plan) => findImage(plan, ports));
  const jobs = plans.map((plan, index) => ({ plan, ...(found[index] as Found) }));
  return pushImages(jobs, steps, ports);
}

/** The image of an archive is untrusted, so it is in the engine only during the push. */
async function pushArchives(plans: readonly PushPlan[], steps: Steps, ports: PushPorts): Promise<StageResult> {
  const loaded: LoadedImage[] = [];
  try {
    for (const { archive = '' } of plans) {
      loaded.push(await steps.run('load', () => ports.images.load(archive)));
      ports.log.info(`${archive} holds image ${loaded.at(-1)?.id}, which is not run here`);
    }
    const jobs = plans.map((plan, index) => ({ plan, image: loaded[index] as LoadedImage, built: undefined }));
    return await pushImages(jobs, steps, ports);
  } finally {
    for (const image of loaded) {
      // A failure here does not change the result of the push.
      await forget(image, ports).catch((error: unknown) =>
        ports.log.info(`${image.id} stays in the engine: ${messageOf(error)}`),
      );
    }
  }
}

/** Removes the names that the push gave. An image with earlier names was here before and belongs to somebody. */
async function forget({ id, tags: before }: LocalImage, { images }: PushPorts): Promise<void> {
  const tags = (await images.inspect(id))?.tags ?? [];
  const own = tags.filter((tag) => !before.includes(tag));
  await images.removeImages(own.length === 0 && before.length === 0 ? [id] : own);
}

async function pushImages(
  found: readonly (Found & { plan: PushPlan })[],
  steps: Steps,
  ports: PushPorts,
): Promise<StageResult> {
  const several = found.length > 1;
  const warnings = await inPool(found, ({ plan, image }) =>
    plan.archive === undefined ? checkTested(plan, image, ports.files) : Promise.resolve(undefined),
  );
  for (const { plan, built } of found) if (plan.archive === undefined) refuseUnsigned(plan, built, ports);
  const jobs = await steps.run('ask the registry', () =>
    inPool(found, async ({ plan, image, built }, index): Promise<ImagePush> => {
      return { plan, image, built, warning: warnings[index], present: await presentTags(plan, image, ports) };
    }),
  );
  const uploaded = await inPool(jobs, async (job) => {
    const reading = isThere(job) || !wantsSbom(job.plan, job.built) ? undefined : readContents(job.image, ports);
    const pushed = await named(job, several, () =>
      steps.run(several ? `push ${job.plan.name}` : 'push', () => upload(job, several, ports)),
    );
    proveSame(job.image, pushed.image);
    if (pushed.moved.length > 0) await named(job, several, () => proveWhole(pushed.image, ports.registry));
    return { job, pushed, reading };
  });
  for (const { job, pushed } of uploaded) {
    const { plan, present } = job;
    for (const tag of plan.tags.slice(1)) {
      if (present.get(tag.name)?.digest === pushed.image.digest) continue;
      const step = several ? `tag ${plan.name} ${tag.name}` : `tag ${tag.name}`;
      await named(job, several, () => steps.run(step, () => setTag(plan, tag, pushed.image, present, ports)));
      pushed.moved.push(tag.name);
    }
  }
  for (const { job, pushed } of uploaded) await verifyTags(job.plan, job.image, pushed, ports);
  const comparing = inPool(uploaded, ({ job, pushed }) => layerBlocks(job.plan, job.present, pushed.image, ports));
  comparing.catch(() => undefined);
  const sboms = await billsOfMaterials(uploaded, several, steps, ports);
  const apis = await inPool(uploaded, ({ job, pushed }) => leaveApis(job, pushed.image, ports));
  const notes = await inPool(uploaded, ({ job, pushed }, at) =>
    named(job, several, () =>
      steps.run(several ? `evidence ${job.plan.name}` : 'evidence', () =>
        leaveEvidence(job, pushed.image, sboms[at]?.digests ?? [], ports),
      ),
    ),
  );
  const layers = await comparing;
  return pushResult(
    uploaded.map(({ job, pushed }, at) => ({
      ...job,
      layers: layers[at] ?? [],
      pushed: pushed.image,
      moved: pushed.moved,
      sbom: sboms[at]?.summary,
      api: apis[at]?.processes,
      warnings: [
        ...warningOf('not tested', job.warning),
        ...warningOf('one platform', onePlatform(job)),
        ...warningOf('no evidence', notes[at]),
        ...warningOf('bill of materials', sboms[at]?.warning),
        ...warningOf('API', apis[at]?.warning),
      ],
    })),
    steps,
  );
}

/** Of images that this job has; the others have theirs from the job that built them. */
async function billsOfMaterials(
  uploaded: readonly { job: ImagePush; pushed: Pushed; reading: Reading }[],
  several: boolean,
  steps: Steps,
  ports: PushPorts,
): Promise<(AttachedSboms | undefined)[]> {
  return inPool(uploaded, async ({ job, pushed, reading }) => {
    if (!wantsSbom(job.plan, job.built)) return undefined;
    const step = several ? `bill of materials ${job.plan.name}` : 'bill of materials';
    return steps.run(step, () => attachSboms(job, pushed.image, reading, ports));
  });
}

/** Only one platform of an archive is loaded, because the names and the digests of its index come from its author. */
function onePlatform({ plan, image: { platforms = [] } }: ImagePush): string | undefined {
  if (platforms.length < 2) return undefined;
  return `${plan.archive} holds the image for ${platforms.join(', ')}. The image of a fork is pushed for the platform of the runner alone, and does not start on nodes of another one.`;
}

function warningOf(title: string, message: string | undefined): Annotation[] {
  return message === undefined ? [] : [{ level: 'warning', title, message }];
}

/** With several images, an error of the registry says which one it is about. */
async function named<T>({ plan }: ImagePush, several: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOfImage = several && error instanceof SlipwayError && !(error instanceof Cancelled);
    throw isOfImage ? about(`image ${plan.name}`, error) : error;
  }
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

/** The image to push, and what build-image recorded about it. */
async function findImage(plan: PushPlan, { images, files }: PushPorts): Promise<Found> {
  const built = await readBuilt(files, plan.builtDir, plan.name, plan.sha);
  const reference = built?.pushed?.reference;
  if (reference !== undefined && (!plan.given || plan.image === reference)) {
    if (!reference.startsWith(`${plan.repository}@`)) throw elsewhere(reference, plan);
    return { image: imageOfRegistry(built?.image ?? ''), built };
  }
  const image = await images.inspect(plan.image);
  if (image) return { image, built: built?.image === image.id ? built : undefined };
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
  const found = await inPool(plan.tags, ({ name }) => registry.resolve(`${plan.repository}:${name}`));
  for (const [at, { name, kind }] of plan.tags.entries()) {
    const served = found[at];
    if (!served) continue;
    if (kind === 'fixed' && !isSameImage(image, served)) throw occupied(name, image, served);
    present.set(name, served);
  }
  return present;
}

function elsewhere(reference: string, { repository }: PushPlan): UserError {
  return new UserError(`${reference} replaced the build, and is not in ${repository}`, {
    remedy:
      'Name the repository in slipway.yml, where build-image looks for images of the same sources, in place of the input `repository`; or give build-image `force: true`.',
  });
}

/** An image that the engine does not have: its digest takes the place of its id. */
function imageOfRegistry(id: string): LocalImage {
  return { id, tags: [], labels: {}, created: '', size: 0, exposedPorts: [], workingDir: '/', healthcheck: false };
}

/** The first tag names the image already. */
function isThere({ plan, image, present }: ImagePush): boolean {
  const served = present.get(plan.tags[0]?.name ?? '');
  return served !== undefined && isSameImage(image, served);
}

/** Uploads under the first tag, unless the registry has the image under that tag, or at all. */
async function upload({ plan, image, built, present }: ImagePush, several: boolean, ports: PushPorts): Promise<Pushed> {
  const [first] = plan.tags as [PlannedTag];
  const served = present.get(first.name);
  if (served && isSameImage(image, served)) {
    ports.log.info(`${plan.repository}:${first.name} is there already: ${served.digest}`);
    return { image: served, moved: [] };
  }
  if (served && first.kind === 'commit') await keepEarlier(plan, first, served, ports);
  const name = `${plan.repository}:${first.name}`;
  if (built?.pushed !== undefined) {
    await ports.registry.tag(plan.repository, image.id, first.name);
    const there = await ports.registry.resolve(`${plan.repository}@${image.id}`);
    if (there) return { image: there, moved: [first.name] };
  }
  const push = (onLine: (line: string) => void) =>
    ports.registry.push(image.id, plan.repository, first.name, onLine, ports.signal);
  const pushed = several
    ? await push((line) => ports.log.output(`${plan.name} | ${line}`))
    : await ports.log.group(`docker push ${name}`, () => push((line) => ports.log.output(line)));
  return { image: pushed, moved: [first.name] };
}

/**
 * Another run may set a tag between our read and our write. For the tag of a version that is an error. For the tag of a commit
 * the last write counts, and our image keeps a tag of its own.
 */
async function verifyTags(
  plan: PushPlan,
  image: LocalImage,
  pushed: Pushed,
  { registry, log }: PushPorts,
): Promise<void> {
  for (const { name, kind } of plan.tags) {
    if (kind === 'moving' || !pushed.moved.includes(name)) continue;
    const served = await registry.resolve(`${plan.repository}:${name}`);
    if (!served || served.digest === pushed.image.digest) continue;
    if (kind === 'fixed') throw occupied(name, image, served);
    const kept = buildTag(name, pushed.image);
    await registry.tag(plan.repository, pushed.image.digest, kept);
    log.warning(
      `${plan.repository}:${name} was moved during the push, and now names ${served.digest}. This image is ${pushed.image.digest}, with the tag ${kept}; later stages use its digest.`,
    );
  }
}

import type { BuildPlan, ImageBuild } from '../../plan/build-plan.ts';
import { targetName } from '../../plan/images/tags.ts';
import type { StageResult } from '../../stage-result.ts';
import { inPool } from '../pool.ts';
import { Steps } from '../steps.ts';
import { buildImage } from './build-image.ts';
import type { Built, Made } from './built.ts';
import { asFailure, failureOf } from './failures.ts';
import type { BuildPorts } from './ports.ts';
import { recordBuilt } from './record-built.ts';
import { buildResult } from './result.ts';
import { reusable, tagAll } from './reuse.ts';
import { type PushedImage, reusablePushed } from './reuse-pushed.ts';
import { type BuildKey, readSources, type Sources, stageKeys } from './sources.ts';

type Known = Sources & { plan: BuildPlan };

/** One build of the run: an image, or a stage that tests run in. */
interface Task {
  build: ImageBuild;
  key: BuildKey;
  /** For the log: empty for the only build. */
  title: string;
}

/**
 * Builds the images of a commit, and the stages that their tests run in; uses what is in the registry or the
 * engine and was made from the same sources.
 * @throws UserError before anything is built for a missing Dockerfile or stage or credentials in a context; with the failing
 *   instruction when a build fails; BuildsFailed when several do
 */
export async function runBuild(plans: readonly BuildPlan[], ports: BuildPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const sources = await steps.run('read the context', () => inPool(plans, (plan) => readSources(plan, ports)));
  const known = plans.map((plan, index) => ({ plan, ...(sources[index] as Sources) }));
  const pushed = await findPushed(known, steps, ports);
  const missing = known.filter((one) => !pushed.has(one.plan));
  const tasks = missing.flatMap((one) => tasksOf(one, plans.length > 1));
  const images = await makeAll(tasks, steps, ports);
  for (const { plan } of missing) await tagTestBuilds(plan, images, ports);
  const built = known.map((one): Built => {
    const { plan, scan } = one;
    const key = one.keys.get(plan) as BuildKey;
    const stages = stageKeys(plan, one.keys);
    return { plan, scan, key, stages, made: images.get(plan), pushed: pushed.get(plan) };
  });
  for (const one of built) await recordBuilt(one, ports);
  return buildResult(built, steps);
}

/** Every build runs to its end, so that one run shows all failures, and what succeeds is there for the next one. */
async function makeAll(
  tasks: readonly Task[],
  steps: Steps,
  ports: BuildPorts,
): Promise<ReadonlyMap<ImageBuild, Made>> {
  if (tasks.length > 0) ports.builder.prepare();
  const ended = await inPool(
    tasks,
    (task) =>
      findOrBuild(task, steps, ports).catch((error: unknown) => {
        ports.signal.throwIfAborted();
        return asFailure(task.title, error);
      }),
    ports.atOnce,
  );
  const failures = ended.filter((one) => 'error' in one);
  if (failures.length > 0) throw failureOf(failures, tasks.length);
  return new Map(tasks.map(({ build }, index) => [build, ended[index] as Made]));
}

/** The images of the registry that replace builds, by their plan. */
async function findPushed(
  known: readonly Known[],
  steps: Steps,
  ports: BuildPorts,
): Promise<ReadonlyMap<BuildPlan, PushedImage>> {
  const several = known.length > 1;
  if (ports.pushed === undefined) return new Map();
  const found = await steps.run('ask the registry', () =>
    inPool(known, ({ plan, keys }) => reusablePushed(plan, keys, several ? plan.name : '', ports)),
  );
  return new Map(known.flatMap(({ plan }, at) => (found[at] === undefined ? [] : [[plan, found[at]] as const])));
}

function tasksOf({ plan, keys }: Known, several: boolean): Task[] {
  const alone = !several && plan.testBuilds.length === 0;
  const task = (build: ImageBuild, title: string): Task => ({ build, key: keys.get(build) as BuildKey, title });
  return [
    task(plan, alone ? '' : plan.name),
    ...plan.testBuilds.map((build) => task(build, `${plan.name}, target ${build.target}`)),
  ];
}

async function findOrBuild({ build, key, title }: Task, steps: Steps, ports: BuildPorts): Promise<Made> {
  const step = (name: string) => (title === '' ? name : `${name} ${title}`);
  const found = build.force ? undefined : await reusable(build, key, title, ports);
  if (found) await steps.run(step('tag'), () => tagAll(build, found, ports));
  const image = found ?? (await steps.run(step('build'), () => buildImage(build, key, title, ports)));
  return { image, reused: found !== undefined };
}

/** A test in the image with this name vouches for the image that was made with it. */
async function tagTestBuilds(plan: BuildPlan, images: ReadonlyMap<ImageBuild, Made>, ports: BuildPorts): Promise<void> {
  const deployed = images.get(plan)?.image.id ?? '';
  if (plan.isTestTarget && plan.target !== undefined)
    await ports.builder.tag(deployed, targetName(plan.target, deployed));
  for (const build of plan.testBuilds) {
    await ports.builder.tag(images.get(build)?.image.id ?? '', targetName(build.target, deployed));
  }
}

import { type HookPlan, isHook, planHooks } from '../../objects/hooks.ts';
import type { Images } from '../../objects/images.ts';
import { withOwnLabels } from '../../objects/own-labels.ts';
import type { PlacedObjects } from '../../objects/own-namespace.ts';
import { refuseMissed } from '../../objects/patch/patches.ts';
import { hasNativeSleep } from '../../objects/server-features.ts';
import { rolloutMigration, writtenObjects } from '../../plan/rollout-objects.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { ClusterReads, KubeObject, Log, Renderer } from '../../ports.ts';
import { keepRandomContent } from '../own-objects/keep-random.ts';
import { placed, withImages } from '../own-objects/place.ts';
import { dueDefinitions } from './due-definitions.ts';
import { type SecretVariables, withEnvironment } from './pods.ts';

/** What is to be written for a plan and its images: the objects, the Jobs before them, and the hooks around them. */
export interface PlannedObjects {
  objects: KubeObject[];
  jobs: KubeObject[];
  hooks: HookPlan;
  /** The Namespace of the environment, where the team's own objects describe it. */
  namespace: KubeObject | undefined;
}

/** What is known of a release before its objects are: a chart may ask for it. */
export interface ReleaseContext {
  /** Version of the cluster, e.g. v1.34.1. */
  version: string;
  /** Number of the release that is being made. */
  revision: number;
  /** A release of this app works in the environment. */
  isUpgrade: boolean;
  /** The Secret whose keys are variables of the app. */
  secretEnv: SecretVariables | undefined;
}

interface Ports {
  cluster: ClusterReads;
  log: Log;
  renderer: Renderer;
  signal: AbortSignal;
}

export async function plannedObjects(
  plan: RolloutPlan,
  images: Images,
  release: ReleaseContext,
  ports: Ports,
): Promise<PlannedObjects> {
  const placed = await placedObjects(plan, images, release, ports);
  const { namespace } = placed;
  const made = withEnvironment(placed.objects, plan, images, release.secretEnv);
  const all = (await dueDefinitions(made, ports)).map((object) => withOwnLabels(object, plan));
  const objects = all.filter((object) => !isHook(object));
  const hooks = planHooks(all, release.isUpgrade ? 'upgrade' : 'install');
  const facts = { images, nativeSleep: hasNativeSleep(release.version) };
  const jobs = plan.migrate === undefined ? [] : [rolloutMigration(plan, plan.migrate, objects, facts)];
  refuseMissed(plan.patches, [...objects, ...jobs]);
  return { objects, hooks, namespace, jobs: withEnvironment(jobs, plan, images, release.secretEnv) };
}

async function placedObjects(
  plan: RolloutPlan,
  images: Images,
  { version, revision, isUpgrade }: ReleaseContext,
  ports: Ports,
): Promise<PlacedObjects> {
  const { namespace, source } = plan;
  if (source.from === 'config') {
    return { objects: writtenObjects(plan, { images, nativeSleep: hasNativeSleep(version) }), namespace: undefined };
  }
  const context = { namespace, revision, isUpgrade, signal: ports.signal, log: ports.log };
  const stable = await keepRandomContent(await ports.renderer.render(source, context), namespace, ports);
  return placed(withImages(stable, images, plan.testing), namespace, ports.cluster);
}

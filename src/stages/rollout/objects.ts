import type { Migration } from '../../config/workloads.ts';
import { UserError } from '../../errors.ts';
import { appObjects, migrationJob } from '../../objects/app/app.ts';
import { migrationJobOf } from '../../objects/app/migration-job.ts';
import { type HookPlan, isHook, planHooks } from '../../objects/hooks.ts';
import type { Images } from '../../objects/images.ts';
import { LABELS } from '../../objects/names.ts';
import { withOwnLabels } from '../../objects/own-labels.ts';
import type { PlacedObjects } from '../../objects/own-namespace.ts';
import { comparingSchema } from '../../objects/schema-version/comparing-job.ts';
import { hasNativeSleep } from '../../objects/server-features.ts';
import { workloadWith } from '../../objects/use-image.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { rolloutServiceObjects } from '../../plan/services/rollout-services.ts';
import type { Cluster, KubeObject, Log, Renderer } from '../../ports.ts';
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
  cluster: Cluster;
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
  if (plan.migrate === undefined) return { objects, hooks, namespace, jobs: [] };
  const like = migrationOf(plan, plan.migrate, images, { objects, version: release.version });
  const { schemaVersion } = plan;
  const comparing = schemaVersion ? comparingSchema(like, schemaVersion) : like;
  const jobs = withEnvironment([comparing], plan, images, release.secretEnv).map((job) => withOwnLabels(job, plan));
  return { objects, hooks, namespace, jobs };
}

/** The Job of the migration, in a pod like that of a workload with its image. */
function migrationOf(
  { app, environment, source, spec }: RolloutPlan,
  migration: Migration,
  images: Images,
  { objects, version }: { objects: readonly KubeObject[]; version: string },
): KubeObject {
  const image = images[migration.image] ?? '';
  const workload = workloadWith(objects, image);
  const labels = { [LABELS.environment]: environment };
  if (workload) return migrationJobOf(workload, { app, image, command: migration.command, labels });
  if (source.from === 'config')
    return migrationJob({ ...spec, images, nativeSleep: hasNativeSleep(version) }, migration);
  const several = Object.keys(images).length > 1;
  throw new UserError(
    `deploy.migrate: no workload runs the image${several ? ` ${migration.image}` : ''}, so there is no pod to run the migration like`,
    {
      remedy: `A Deployment (or StatefulSet, DaemonSet, CronJob) of the manifests has to use ${several ? `images.${migration.image}` : 'image'}.repository.`,
    },
  );
}

async function placedObjects(
  plan: RolloutPlan,
  images: Images,
  { version, revision, isUpgrade }: ReleaseContext,
  ports: Ports,
): Promise<PlacedObjects> {
  const { namespace, source, spec } = plan;
  if (source.from === 'config') {
    const app = appObjects({ ...spec, images, nativeSleep: hasNativeSleep(version) });
    return { objects: [...rolloutServiceObjects(plan.services, plan), ...app], namespace: undefined };
  }
  const context = { namespace, revision, isUpgrade, signal: ports.signal, log: ports.log };
  const stable = await keepRandomContent(await ports.renderer.render(source, context), namespace, ports);
  return placed(withImages(stable, images, plan.testing), namespace, ports.cluster);
}

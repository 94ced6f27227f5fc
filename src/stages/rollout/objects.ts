import { EnvironmentError, UserError } from '../../errors.ts';
import { appObjects } from '../../objects/app/app.ts';
import { migrationJobOf } from '../../objects/app/migration-job.ts';
import { LABELS } from '../../objects/names.ts';
import { withOwnLabels } from '../../objects/own-labels.ts';
import { inOwnNamespace } from '../../objects/own-namespace.ts';
import { hasNativeSleep } from '../../objects/server-features.ts';
import { useImage, workloadWith } from '../../objects/use-image.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Cluster, KubeObject, Rendered, Renderer } from '../../ports.ts';

/** What is to be written for a plan and an image: the objects, and the Jobs before them. */
export interface PlannedObjects {
  objects: KubeObject[];
  jobs: KubeObject[];
}

interface Ports {
  cluster: Cluster;
  renderer: Renderer;
  signal: AbortSignal;
}

/** @param version of the cluster, e.g. v1.34.1 */
export async function plannedObjects(
  plan: RolloutPlan,
  image: string,
  version: string,
  ports: Ports,
): Promise<PlannedObjects> {
  const objects = await ownObjects(plan, image, version, ports);
  if (plan.migrate === undefined) return { objects, jobs: [] };
  const workload = workloadWith(objects, image);
  if (!workload) {
    throw new UserError('deploy.migrate: no workload runs the image, so there is no pod to run the migration like', {
      remedy: 'A Deployment (or StatefulSet, DaemonSet, CronJob) of the manifests has to use image.repository.',
    });
  }
  const labels = { [LABELS.environment]: plan.environment };
  return { objects, jobs: [migrationJobOf(workload, { app: plan.app, image, command: plan.migrate, labels })] };
}

async function ownObjects(plan: RolloutPlan, image: string, version: string, ports: Ports): Promise<KubeObject[]> {
  const { namespace, source, spec } = plan;
  if (source.from === 'config') return appObjects({ ...spec, image, nativeSleep: hasNativeSleep(version) });
  const context = { namespace, kubernetesVersion: version, signal: ports.signal };
  const rendered = useImage(await ports.renderer.render(source, context), image);
  const scopes = await scopesOf(rendered, ports.cluster);
  const labels = { [LABELS.app]: plan.app, [LABELS.environment]: plan.environment };
  const objects = inOwnNamespace(rendered, namespace, (object) => scopes.get(kindKey(object)));
  return objects.map((object) => withOwnLabels(object, labels));
}

/** Whether each kind is namespaced: the cluster knows, or the definition in the same run. */
async function scopesOf(rendered: readonly Rendered[], cluster: Cluster): Promise<Map<string, boolean | undefined>> {
  const objects = new Map(rendered.map(({ object }) => [kindKey(object), object]));
  const scopes = new Map<string, boolean | undefined>();
  await Promise.all(
    [...objects].map(async ([key, object]) => {
      scopes.set(key, (await cluster.namespaced(object)) ?? definedScope(rendered, object));
    }),
  );
  return scopes;
}

function definedScope(rendered: readonly Rendered[], wanted: KubeObject): boolean {
  for (const { object } of rendered) {
    const spec = object.spec as { group?: string; scope?: string; names?: { kind?: string } } | undefined;
    const same = spec?.group === wanted.apiVersion.split('/')[0] && spec?.names?.kind === wanted.kind;
    if (object.kind === 'CustomResourceDefinition' && same) return spec?.scope === 'Namespaced';
  }
  const found = rendered.find(({ object }) => kindKey(object) === kindKey(wanted));
  throw new EnvironmentError(
    `${found?.location ?? ''}: the cluster does not serve ${wanted.kind} of ${wanted.apiVersion}`,
    {
      remedy:
        'Install its CustomResourceDefinition, or use an apiVersion that the cluster serves (kubectl api-resources).',
    },
  );
}

function kindKey({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}/${kind}`;
}

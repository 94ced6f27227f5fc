import type { Migration } from '../../../config/workloads.ts';
import { UserError } from '../../../errors.ts';
import { migrationJobOf } from '../../../objects/app/migration-job.ts';
import { variablesOf } from '../../../objects/app/variables.ts';
import { withConfigHash } from '../../../objects/config-hash.ts';
import { configName } from '../../../objects/config-refs.ts';
import { type HookPlan, isHook, planHooks } from '../../../objects/hooks.ts';
import type { Images } from '../../../objects/images.ts';
import { refOf } from '../../../objects/ref.ts';
import { workloadWith } from '../../../objects/use-image.ts';
import { DATABASE } from '../../../plan/review/database/database.ts';
import { databaseVariables } from '../../../plan/review/database/objects.ts';
import type { Exposed } from '../../../plan/review/environment/isolation-spec.ts';
import { ownerLabels } from '../../../plan/review/environment/owner.ts';
import { type Known, variableValues, withJobs } from '../../../plan/review/objects.ts';
import { adapt } from '../../../plan/review/own-objects/adapt.ts';
import { leaveOut } from '../../../plan/review/own-objects/leave-out.ts';
import { relocate } from '../../../plan/review/own-objects/placement.ts';
import { type Front, withRoutes } from '../../../plan/review/own-objects/routes.ts';
import { giveVariables } from '../../../plan/review/own-objects/variables.ts';
import { allowsTokens, refuseOpenings } from '../../../plan/review/own-objects/walls/walls.ts';
import { refuseReadPullSecret } from '../../../plan/review/pull-secret.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { KubeObject, Rendered } from '../../../ports.ts';
import { stringifyJson } from '../../../text/json.ts';
import { maskSecret } from '../../mask-secrets.ts';
import { keepRandomContent } from '../../own-objects/keep-random.ts';
import { placed, withImages } from '../../own-objects/place.ts';
import { loginFor } from '../url/access.ts';
import type { OwnWork } from '../work.ts';

/** The app of an environment: its objects, the Jobs before them, the hooks around them, and what requests reach. */
export interface EnvironmentApp {
  objects: KubeObject[];
  jobs: KubeObject[];
  hooks: HookPlan;
  exposed: Exposed[];
}

/**
 * The team's objects as they are in the environment. Writes nothing.
 * @param rendered as the files say
 * @param images by digest
 * @returns also what differs from the files, for the log
 * @throws UserError for objects that would open the walls
 */
export async function ownObjects(
  work: OwnWork,
  rendered: readonly Rendered[],
  images: Images,
): Promise<{ objects: KubeObject[]; exposed: Exposed[]; notes: string[] }> {
  const { plan, site } = work;
  const { allow = [], replicas, crons = false, env = {}, testing = [] } = plan.own ?? {};
  const kept = leaveOut(rendered, plan.own?.leaveOut ?? []);
  const inPlace = relocate(kept.rendered, plan.namespace);
  const parts = { database: plan.database !== undefined, services: plan.services.map(({ name }) => name) };
  refuseOpenings(inPlace.rendered, { allow, parts });
  const own = withImages(inPlace.rendered, images, testing);
  const ours = new Set(Object.values(images));
  const adapted = adapt(own, {
    ours,
    replicas,
    crons,
    tokens: allowsTokens(allow),
    tolerations: allow.includes('tolerations'),
  });
  const variables = variablesOf(env, variableValues(plan, work), []);
  const given = giveVariables(adapted.rendered, { ours, database: databaseOf(plan), variables });
  const routed = withRoutes(given.rendered, { ...plan.app, login: loginFor(plan, site.credentials) }, ours);
  const { objects } = await placed(routed.rendered, plan.namespace, site.cluster);
  refuseReadPullSecret(objects);
  return {
    objects: objects.map((object) => withOwner(object, plan)),
    exposed: routed.fronts.map(exposedOf),
    notes: [...kept.notes, ...inPlace.notes, ...adapted.notes, ...given.notes, ...routed.notes],
  };
}

/** The team's objects with the random values of the cluster kept, their hooks, and the Jobs before them. */
export async function ownApp(
  work: OwnWork,
  { rendered, isUpgrade }: { rendered: readonly Rendered[]; isUpgrade: boolean },
  { images, unseeded }: Pick<Known, 'images' | 'unseeded'>,
): Promise<EnvironmentApp & { notes: string[] }> {
  const { plan, site } = work;
  const stable = await keepRandomContent(rendered, plan.namespace, site);
  const { objects: all, exposed, notes } = await ownObjects(work, stable, images);
  const plain = stringifyJson(all.filter(({ kind }) => kind !== 'Secret'));
  for (const object of all) if (object.kind === 'Secret') maskSecret(object, site.log, plain);
  const jobOf = ({ command, image: name }: Migration) => {
    const image = images[name] ?? '';
    const workload = workloadWith(
      all.filter((object) => !isHook(object)),
      image,
    );
    if (workload === undefined) throw noPod(name);
    return migrationJobOf(workload, { app: plan.owner.app, image, command, labels: ownerLabels(plan.owner) });
  };
  const hashed = withHashes(all, plan);
  const written = hashed.filter((object) => !isHook(object));
  return {
    ...withJobs(plan, { unseeded }, written, jobOf),
    hooks: planHooks(hashed, isUpgrade ? 'upgrade' : 'install'),
    exposed,
    notes,
  };
}

/** Pods are replaced when a ConfigMap or Secret of the set changes; what Slipway makes besides never does. */
function withHashes(objects: readonly KubeObject[], { namespace }: ReviewUpPlan): KubeObject[] {
  const own = new Map(objects.map((object) => [configName(refOf(object)), object]));
  return withConfigHash(objects, namespace, (ref) => own.get(configName(ref)));
}

function databaseOf({ database }: ReviewUpPlan) {
  return database && { secret: DATABASE, names: Object.keys(databaseVariables(database, '')) };
}

function withOwner(object: KubeObject, { owner }: ReviewUpPlan): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, ...ownerLabels(owner) } } };
}

function exposedOf({ service, selector, podPorts }: Front): Exposed {
  return { name: `app-${service}`, selector, ports: podPorts };
}

function noPod(image: string): UserError {
  return new UserError(
    `no workload runs the image ${image}, so there is no pod to run deploy.migrate or the seed like`,
    {
      remedy: 'Use the repository of this image in a Deployment or StatefulSet of your objects.',
    },
  );
}

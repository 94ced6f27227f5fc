import { dueHooks, type HookPlan } from '../../objects/hooks.ts';
import { type RenderedEnvironment, withoutSecrets } from '../../plan/render/rendered.ts';
import { type RenderedApp, type ReviewFacts, renderReview } from '../../plan/render/review.ts';
import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { ClusterReads, ConfinedRenderer, KubeObject, Log, Renderer } from '../../ports.ts';
import { HIDDEN } from '../../text/hide-secrets.ts';
import { ownApp } from '../review/own-objects/objects.ts';
import { rendered } from '../review/own-objects/render.ts';
import { plannedObjects } from '../rollout/objects.ts';

/** What renders without a cluster. */
export interface OfflinePorts {
  /** Stands in for the cluster. */
  cluster: ClusterReads;
  log: Log;
  signal: AbortSignal;
}

/**
 * The team's objects as the first rollout of this plan writes them.
 * @throws UserError for objects that a rollout refuses
 */
export async function renderOwnRollout(
  plan: RolloutPlan,
  ports: OfflinePorts & { renderer: Renderer },
): Promise<RenderedEnvironment> {
  const { source, environment, namespace, images } = plan;
  const version = await ports.cluster.version();
  const release = { version, revision: 1, isUpgrade: false, secretEnv: undefined };
  const { objects, jobs, hooks, namespace: own } = await plannedObjects(plan, images, release, ports);
  return {
    notes: [
      `environment ${environment}, namespace ${namespace}, Kubernetes ${version}: deploy.${source.from}, as the first rollout writes it`,
      'Not shown: what a rollout adds from the cluster, which is the annotation slipway.dev/config-hash and random content that',
      'is kept.',
      ...chartNotes(source),
      ...(Object.keys(plan.secretEnv).length > 0
        ? ['Not shown: secretEnv, its Secret and the variables from it.']
        : []),
      ...(own === undefined ? [] : [`Not shown: Namespace ${namespace}, whose labels a rollout adds to the live one.`]),
      ...leftOut(hooks),
    ],
    objects: inOrder(hooks, jobs, objects).map(withoutSecrets),
  };
}

/**
 * A review environment with the objects of the team, adapted to it.
 * @throws UserError for objects that would open the walls
 */
export async function renderOwnReview(
  plan: ReviewUpPlan,
  facts: ReviewFacts,
  ports: OfflinePorts & { renderer: ConfinedRenderer },
): Promise<RenderedEnvironment> {
  const { own } = plan;
  if (own === undefined) return renderReview(plan, facts);
  const credentials = { user: HIDDEN, password: HIDDEN };
  const work = { plan, commit: facts.commit, site: { ...ports, credentials } };
  const files = await rendered(work, own, false);
  const app = await ownApp(work, files, { images: facts.images, unseeded: true });
  const made: RenderedApp = {
    jobs: [...app.hooks.pre.map(({ object }) => object), ...app.jobs],
    objects: [...app.objects, ...postOnly(app.hooks)],
    exposed: app.exposed,
    notes: [
      `Charts see Kubernetes ${await ports.cluster.version()} and its own kinds, and lookup finds nothing.`,
      ...(plan.app.ingress?.access?.basicAuth
        ? ['Not shown: the login. Hashes of it are those of a placeholder.']
        : []),
      ...leftOut(app.hooks),
      ...app.notes,
    ],
  };
  return renderReview(plan, facts, made);
}

function chartNotes(source: RolloutPlan['source']): string[] {
  if (source.from !== 'helm') return [];
  const variables = Object.keys(source.variables);
  return [
    'The chart is rendered without a cluster: lookup finds nothing, and .Capabilities are those of Kubernetes itself.',
    ...(source.crds ? ['Not shown: definitions in crds/ of the chart.'] : []),
    ...(variables.length > 0 ? [`Values of deploy.helm.variables are ${HIDDEN}: ${variables.join(', ')}.`] : []),
  ];
}

function inOrder(hooks: HookPlan, jobs: readonly KubeObject[], objects: readonly KubeObject[]): KubeObject[] {
  return [...hooks.pre.map(({ object }) => object), ...jobs, ...objects, ...postOnly(hooks)];
}

/** A hook of both phases is printed once. */
function postOnly(hooks: HookPlan): KubeObject[] {
  return dueHooks(hooks).slice(new Set(hooks.pre.map(({ object }) => object)).size);
}

function leftOut({ left }: HookPlan): string[] {
  return left.map(
    ({ hook: { object }, reason }) => `Not shown: hook ${object.kind} ${object.metadata.name}: ${reason}`,
  );
}

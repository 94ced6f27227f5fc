import { rootOf } from '../adapters/git/checkout.ts';
import { emptyCluster } from '../adapters/kube/offline/empty-cluster.ts';
import { createConfinedRenderer } from '../adapters/kube/render/confined/renderer.ts';
import { createOfflineRenderer } from '../adapters/kube/render/offline-renderer.ts';
import { hasOwnObjects } from '../config/own-objects-rules.ts';
import type { Config } from '../config/schema.ts';
import { messageOf, SlipwayError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import { NO_REVIEW_INPUTS } from '../inputs/review-environment.ts';
import type { EnvironmentObjects } from '../plan/preflight/environment-objects.ts';
import type { Started } from '../plan/preflight/start-plan.ts';
import { withoutSeed } from '../plan/review/variant.ts';
import { planReviewUp } from '../plan/review-plan.ts';
import { writtenObjects } from '../plan/rollout-objects.ts';
import { imagesOfCommit, NO_ROLLOUT_INPUTS, planFor } from '../plan/rollout-plan.ts';
import type { Log } from '../ports.ts';
import { renderOwnReview, renderOwnRollout } from '../stages/render/own-objects.ts';

const KUBE_VERSION = 'v1.34.0';

/** What objects are made from. */
export interface ObjectSource {
  config: Config;
  event: PipelineEvent;
  /** Absolute folder of the application. */
  workingDirectory: string;
  env: NodeJS.ProcessEnv;
  log: Log;
  signal: AbortSignal;
}

/** The objects of each persistent environment, without a cluster. One that cannot be rendered is left out, with a warning. */
export async function environmentObjects(source: ObjectSource): Promise<EnvironmentObjects[]> {
  const { config, log } = source;
  const all: EnvironmentObjects[] = [];
  for (const environment of Object.keys(config.environments ?? {})) {
    try {
      all.push({ environment, objects: await objectsOf(environment, source) });
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      log.warning(`preflight does not see the objects of ${environment}: ${messageOf(error)}`);
    }
  }
  return all;
}

async function objectsOf(name: string, source: ObjectSource): Promise<EnvironmentObjects['objects']> {
  const { config, event, workingDirectory, env } = source;
  const environment = config.environments?.[name];
  if (environment === undefined) return [];
  const images = imagesOfCommit(config, event.sha);
  const plan = planFor(name, environment, images, NO_ROLLOUT_INPUTS, { config, event, workingDirectory });
  if (plan.source.from === 'config') return writtenObjects(plan, { images, nativeSleep: true });
  const checkout = (await rootOf(workingDirectory)) ?? workingDirectory;
  const renderer = createOfflineRenderer(env, checkout, KUBE_VERSION);
  return (await renderOwnRollout(plan, { ...offline(source), renderer })).objects;
}

function offline({ log, signal }: ObjectSource) {
  return { cluster: emptyCluster(KUBE_VERSION, { info: log.debug }), log, signal };
}

/** The objects of the team in a review environment; undefined where Slipway writes them. */
export async function ownReviewObjects(source: ObjectSource): Promise<Started | undefined> {
  const { config, event, workingDirectory, env } = source;
  if (!hasOwnObjects(config)) return undefined;
  const checkout = (await rootOf(workingDirectory)) ?? workingDirectory;
  const folders = { app: workingDirectory, checkout };
  const plan = planReviewUp(NO_REVIEW_INPUTS, withoutSeed(config), event, 1, undefined, undefined, folders);
  const facts = { images: imagesOfCommit(config, event.sha), commit: event.sha, expiresAt: '' };
  const { objects } = await renderOwnReview(plan, facts, {
    ...offline(source),
    renderer: createConfinedRenderer(env),
  });
  return { objects, jobs: objects.filter(({ kind }) => kind === 'Job') };
}

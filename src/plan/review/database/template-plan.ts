import type { Config } from '../../../config/schema.ts';
import { UserError } from '../../../errors.ts';
import type { PipelineEvent } from '../../../event/pipeline-event.ts';
import type { AppFile, ReviewInputs } from '../../../inputs/review-environment.ts';
import { fitName, shortHash } from '../../../objects/names.ts';
import { planReviewUp, type ReviewUpPlan } from '../../review-plan.ts';
import type { OnServer } from './shared-server/server-objects.ts';

/**
 * What review-environment will do to build the template that databases on the shared server are copied from: an environment
 * without an app, in which the migrations run and the seed is loaded, on a new database that then takes the template's place.
 */
export interface TemplatePlan {
  operation: 'template';
  /** Namespace, walls, services, seed and migration; its database is the one that is being built. */
  scene: ReviewUpPlan;
  database: OnServer;
  /** Full commit id whose image migrates. */
  commit: string;
}

/** No pull request has this number: what is labelled with it belongs to the app. */
const NOBODY = 0;

/**
 * @param file that review.database.seed names, if it names one
 * @throws UserError where there is no shared server, or for the code of a pull request: everybody's data would come from it
 */
export function planTemplate(
  inputs: ReviewInputs,
  config: Config,
  event: PipelineEvent,
  file: AppFile | undefined,
): TemplatePlan {
  if (event.kind === 'pull-request') {
    throw new UserError('`operation: template` on a pull request: its code would fill the database of all others', {
      remedy: 'Run it by a schedule or by hand on the default branch, as workflows/review-template.yml does.',
    });
  }
  const namespace =
    inputs.cluster.namespace ?? fitName(`${config.app}-template-${shortHash(String(event.repository.id), 6)}`);
  const scene = planReviewUp(
    { ...inputs, operation: 'up', variant: undefined, cluster: { ...inputs.cluster, namespace } },
    config,
    event,
    NOBODY,
    file,
  );
  const { server } = scene.database ?? {};
  if (scene.database === undefined || server === undefined) {
    throw new UserError('`operation: template`: only databases on a shared server are copied from a template', {
      remedy: 'Set `review.database.mode: shared` in slipway.yml.',
    });
  }
  const database: OnServer = { ...scene.database, server, user: server.template.building };
  const isolation = { ...scene.isolation, environment: 'review-template' as const };
  return { operation: 'template', scene: { ...scene, database, isolation }, database, commit: event.sha };
}

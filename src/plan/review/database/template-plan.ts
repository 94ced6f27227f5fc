import type { Config } from '../../../config/schema.ts';
import { UserError } from '../../../errors.ts';
import type { PipelineEvent } from '../../../event/pipeline-event.ts';
import type { AppFile, ReviewInputs } from '../../../inputs/review-environment.ts';
import { fitName, shortHash } from '../../../objects/names.ts';
import { planReviewUp, type ReviewUpPlan } from '../../review-plan.ts';
import type { OnServer } from './shared-server/server-objects.ts';

/**
 * Plan of `operation: template`: an environment without an app, in which migrations run and the seed is loaded, on a new
 * database that then replaces the template from which databases on the shared server are copied.
 */
export interface TemplatePlan {
  operation: 'template';
  /** Namespace, network policies, services, seed and migration; its database is the one that is being built. */
  scene: ReviewUpPlan;
  database: OnServer;
  /** Full commit id whose image migrates. */
  commit: string;
}

/** No pull request has this number: objects with it belong to the app. */
const NOBODY = 0;

/**
 * @param file that review.database.seed names, if it names one
 * @throws UserError without a shared server, and for a pull request, whose code would fill the databases of all others
 */
export function planTemplate(
  inputs: ReviewInputs,
  config: Config,
  event: PipelineEvent,
  file: AppFile | undefined,
): TemplatePlan {
  if (event.kind === 'pull-request') {
    throw new UserError('`operation: template` on a pull request: its code would fill the databases of all others', {
      remedy:
        'Run it by a schedule or by hand on the default branch, as review-template.yml in docs/workflows.md does.',
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

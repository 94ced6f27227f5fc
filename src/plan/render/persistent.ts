import { withOwnLabels } from '../../objects/own-labels.ts';
import { refuseMissed } from '../../objects/patch/patches.ts';
import { withPullSecrets } from '../../objects/pull-secrets/with-pull-secrets.ts';
import { rolloutMigration, writtenObjects } from '../rollout-objects.ts';
import type { RolloutPlan } from '../rollout-plan.ts';
import { type RenderedEnvironment, withoutSecrets } from './rendered.ts';

/**
 * The objects that a rollout of this plan writes from slipway.yml, in the order in which it writes them: the Job of the migration
 * first.
 * @throws UserError for a patch that does not apply
 */
export function renderPersistent(plan: RolloutPlan): RenderedEnvironment {
  const { environment, namespace, images, migrate, patches } = plan;
  const facts = { images, nativeSleep: true };
  const objects = writtenObjects(plan, facts).map((object) => withOwnLabels(object, plan));
  const jobs = migrate === undefined ? [] : [rolloutMigration(plan, migrate, objects, facts)];
  refuseMissed(patches, [...objects, ...jobs]);
  return {
    notes: [
      `environment ${environment}, namespace ${namespace}, Kubernetes 1.30 or newer`,
      'Not shown: what a rollout adds from the cluster, which is the annotation slipway.dev/config-hash, the live number of',
      'replicas under an autoscaler, and {address} in a host.',
      ...(Object.keys(plan.secretEnv).length > 0 ? ['Not shown: the Secret of secretEnv, named by its values.'] : []),
    ],
    objects: withPullSecrets([...jobs, ...objects], plan.pullSecrets).map(withoutSecrets),
  };
}

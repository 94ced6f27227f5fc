import type { Migration } from '../config/workloads.ts';
import { UserError } from '../errors.ts';
import { appObjects, migrationJob } from '../objects/app/app.ts';
import type { AppSpec } from '../objects/app/app-spec.ts';
import { migrationJobOf } from '../objects/app/migration-job.ts';
import { cloudSqlAccount, withCloudSql } from '../objects/cloud-sql/cloud-sql.ts';
import type { Images } from '../objects/images.ts';
import { LABELS } from '../objects/names.ts';
import { withOwnLabels } from '../objects/own-labels.ts';
import { patchedObjects } from '../objects/patch/patches.ts';
import { comparingSchema } from '../objects/schema-version/comparing-job.ts';
import { workloadWith } from '../objects/use-image.ts';
import { placeValues } from '../objects/value.ts';
import type { KubeObject } from '../ports.ts';
import type { RolloutPlan } from './rollout-plan.ts';
import { rolloutServiceObjects } from './services/rollout-services.ts';

/** What a release adds to its plan. */
export interface ReleaseFacts {
  images: Images;
  /** The server supports the `sleep` action of preStop (Kubernetes 1.30). */
  nativeSleep: boolean;
}

/**
 * The objects that Slipway writes from slipway.yml: the services of the environment, and the app with the proxy to its database,
 * patched.
 * @throws UserError for a patch that does not apply
 */
export function writtenObjects(plan: RolloutPlan, facts: ReleaseFacts): KubeObject[] {
  const spec = specOf(plan, facts);
  const own = [...cloudSqlAccount(plan.database, plan), ...connected(plan, appObjects(spec), facts)];
  const app = patchedObjects(own, plan.patches, placeValues(spec));
  return [...rolloutServiceObjects(plan.services, plan), ...app];
}

function connected(
  { app, database }: RolloutPlan,
  objects: readonly KubeObject[],
  { images }: ReleaseFacts,
): KubeObject[] {
  return database ? withCloudSql(objects, database, { app, images }) : [...objects];
}

function specOf({ spec, commit }: RolloutPlan, facts: ReleaseFacts): AppSpec {
  return { ...spec, ...facts, commit };
}

/**
 * The Job of the migration, in a pod like that of a workload with its image.
 * @throws UserError if no workload of the team runs it
 */
export function rolloutMigration(
  plan: RolloutPlan,
  migration: Migration,
  objects: readonly KubeObject[],
  facts: ReleaseFacts,
): KubeObject {
  const values = placeValues(specOf(plan, facts));
  const made = connected(plan, [migrationOf(plan, migration, objects, facts)], facts);
  const [job] = patchedObjects(made, plan.patches, values);
  const { schemaVersion } = plan;
  const patched = job as KubeObject;
  return withOwnLabels(schemaVersion ? comparingSchema(patched, schemaVersion) : patched, plan);
}

function migrationOf(
  plan: RolloutPlan,
  migration: Migration,
  objects: readonly KubeObject[],
  facts: ReleaseFacts,
): KubeObject {
  const { app, environment, source } = plan;
  const image = facts.images[migration.image] ?? '';
  const workload = workloadWith(objects, image);
  const labels = { [LABELS.environment]: environment };
  if (workload) return migrationJobOf(workload, { app, image, command: migration.command, labels });
  if (source.from === 'config') return migrationJob(specOf(plan, facts), migration, objects);
  const several = Object.keys(facts.images).length > 1;
  throw new UserError(
    `deploy.migrate: no workload runs the image${several ? ` ${migration.image}` : ''}, so there is no pod to run the migration like`,
    {
      remedy: `A Deployment (or StatefulSet, DaemonSet, CronJob) of the manifests has to use ${several ? `images.${migration.image}` : 'image'}.repository.`,
    },
  );
}

import { repositoriesOf } from '../../config/images.ts';
import { readsSecret } from '../../config/placeholders.ts';
import type { Config } from '../../config/schema.ts';
import { secretEnvOf } from '../../config/secret-env-schema.ts';
import { testsOf } from '../../config/tests.ts';
import { workloadsOf } from '../../config/workloads.ts';
import type { PipelineEvent } from '../../event/pipeline-event.ts';
import { NO_REVIEW_INPUTS } from '../../inputs/review-environment.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import type { ServiceCredentials } from '../engines/engine.ts';
import { DATABASE } from '../review/database/database.ts';
import { databaseVariables } from '../review/database/objects.ts';
import { reviewAppObjects } from '../review/objects.ts';
import { withoutSeed } from '../review/variant.ts';
import { planReviewUp, type ReviewUpPlan } from '../review-plan.ts';
import { clientEnvOf, type PlannedService, planService } from '../services/service.ts';
import { throwaway } from '../services/throwaway.ts';
import { databaseUser } from '../services/user.ts';
import { type ContainerPlan, containerPlan, type KnownSecrets } from './container-plan.ts';
import type { EnvironmentObjects } from './environment-objects.ts';
import { hostsOf, type ProcessPlan, processesOf } from './process-plan.ts';

/** The migration, before the processes start. */
export type MigrationRun = ContainerPlan & { image: string };

/** The objects of the app as the cluster gets them, without the walls around a review environment. */
export interface Started {
  objects: readonly KubeObject[];
  jobs: readonly KubeObject[];
}

/** What runs on this machine. */
export interface StartPlan {
  processes: ProcessPlan[];
  /** The database and the services of review environments, and those of the tests. */
  services: PlannedService[];
  migration: MigrationRun | undefined;
  /** Names of the Services of the app, here or in another environment. */
  serviceNames: string[];
  /** The objects that the processes come from. */
  objects: readonly KubeObject[];
  /** What was left out, and why. */
  notes: string[];
}

/** What a start needs beside slipway.yml. */
interface StartSources {
  /** Random password of the database. */
  password: string;
  environments: readonly EnvironmentObjects[];
  /** The objects of the team in a review environment; undefined: Slipway writes them. */
  started: Started | undefined;
}

/** The app as a review environment starts it: the environment that needs nothing from elsewhere. */
export function planStarts(
  config: Config,
  event: PipelineEvent,
  { password, environments, started }: StartSources,
): StartPlan {
  const review = reviewLike(config, event);
  const { objects, jobs } = started ?? writtenBy(review, config, event.sha);
  const known: KnownSecrets = review.database ? { [DATABASE]: databaseVariables(review.database, password) } : {};
  const services = servicesOf(review, config, password);
  const defaults = { ...environmentDefaults(config), ...clientEnvOf(services) };
  const left = config.review === undefined ? leftOut(config) : [];
  const withDefaults = <T extends ContainerPlan>(plan: T): T => ({
    ...plan,
    env: { ...defaults, ...plan.env },
    missing: [...new Set([...plan.missing, ...left])],
  });
  const shared = { known, hosts: hostsOf(config), environments };
  const migration = migrationOf(jobs, config, known);
  return {
    processes: processesOf(objects, repositoriesOf(config), shared).map(withDefaults),
    services,
    migration: migration && withDefaults(migration),
    serviceNames: servicesIn([...objects, ...environments.flatMap((one) => one.objects)]),
    objects,
    notes: started === undefined ? review.notes : [],
  };
}

function servicesIn(objects: readonly KubeObject[]): string[] {
  return [...new Set(objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name))];
}

/** A review environment of this slipway.yml, also where it has no `review`. */
function reviewLike(config: Config, event: PipelineEvent): ReviewUpPlan {
  const number = event.kind === 'pull-request' ? event.number : 1;
  return planReviewUp(NO_REVIEW_INPUTS, withoutSeed(config), event, number, undefined);
}

function writtenBy(review: ReviewUpPlan, config: Config, commit: string): Started {
  const images = Object.fromEntries(Object.entries(repositoriesOf(config)));
  return reviewAppObjects(review, { images, nativeSleep: true, unseeded: false, commit });
}

/** The services of the tests that no service of the review environment stands for. */
function servicesOf({ database, services }: ReviewUpPlan, config: Config, password: string): PlannedService[] {
  const user = databaseUser(config.app);
  const credentials: ServiceCredentials = { user, password, database: user };
  const own = database && { engine: database.engine, image: database.image, name: DATABASE };
  const first = [...(own ? [planService(own, credentials, 'review.database')] : []), ...services];
  const all = Object.entries(testsOf(config)).flatMap(([name, test]) =>
    (test.services ?? []).map((service, index) =>
      planService(service, credentials, `tests.${name}.services[${index}]`),
    ),
  );
  for (const service of all) {
    const stands = (one: PlannedService) =>
      one.name === service.name || (one.engine !== undefined && one.engine === service.engine);
    if (!first.some(stands)) first.push(service);
  }
  return first.map(throwaway);
}

/**
 * What staging and production have beside the objects. A review environment lacks it as well, so an app that has review
 * environments starts without.
 */
function leftOut(config: Config): string[] {
  const { processes } = workloadsOf(config);
  const environments = Object.values(config.environments ?? {});
  const parts = [...Object.values(processes), ...environments];
  const named = parts.flatMap(({ secrets = [] }) => secrets);
  const keys = parts.flatMap(({ env = {} }) => Object.entries(env).filter(([, value]) => readsSecret(value)));
  const fromStep = environments.flatMap(({ secretEnv }) => Object.keys(secretEnvOf(secretEnv)));
  const volumes = parts.flatMap(({ volumes: all = {} }) => Object.values(all));
  const mounted = volumes.flatMap(({ secret, configMap }) => [
    ...(secret === undefined ? [] : [`Secret ${secret}`]),
    ...(configMap === undefined ? [] : [`ConfigMap ${configMap}`]),
  ]);
  return [
    ...named.map((name) => `Secret ${name}`),
    ...mounted,
    ...[...keys.map(([name]) => name), ...fromStep].map((name) => `variable ${name}`),
    ...environments.flatMap(({ database }) => (database === undefined ? [] : ['database on Cloud SQL'])),
  ];
}

/** Variables of the first environment, where they are plain values: the app may not start without them. */
function environmentDefaults({ environments = {} }: Config): Record<string, string> {
  const [first] = Object.values(environments).filter(({ promoteFrom }) => promoteFrom === undefined);
  return Object.fromEntries(Object.entries(first?.env ?? {}).filter(([, value]) => !value.includes('{')));
}

function migrationOf(jobs: readonly KubeObject[], config: Config, known: KnownSecrets): MigrationRun | undefined {
  const repositories = Object.entries(repositoriesOf(config));
  for (const job of jobs) {
    const template = podTemplateOf(job);
    const container = template?.spec.containers.find(({ name }) => name === 'migrate');
    const image = repositories.find(([, repository]) => container?.image?.startsWith(repository))?.[0];
    if (template && container && image !== undefined) return { ...containerPlan(template, container, known), image };
  }
  return undefined;
}

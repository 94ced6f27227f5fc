import { join } from 'node:path';
import { imagesOf, repositoriesOf } from '../../config/images.ts';
import { readsSecret } from '../../config/placeholders.ts';
import type { AcceptConfig, DifferenceConfig } from '../../config/preflight-schema.ts';
import type { Config } from '../../config/schema.ts';
import { secretEnvOf } from '../../config/secret-env-schema.ts';
import { testsOf } from '../../config/tests.ts';
import { workloadsOf } from '../../config/workloads.ts';
import type { PipelineEvent } from '../../event/pipeline-event.ts';
import type { PreflightInputs } from '../../inputs/preflight.ts';
import { NO_REVIEW_INPUTS } from '../../inputs/review-environment.ts';
import { parseReference } from '../../objects/image-reference.ts';
import { readImages } from '../../objects/images.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import type { Baseline } from '../../preflight/baseline.ts';
import { type Capacity, judgeCapacity } from '../../preflight/capacity/capacity.ts';
import type { Finding } from '../../preflight/finding.ts';
import type { LiveView } from '../../preflight/live/facts.ts';
import type { ApiRecord } from '../../preflight/side-by-side/api-record.ts';
import type { Side } from '../../preflight/side-by-side/names.ts';
import type { SourceFile } from '../../preflight/source-file.ts';
import type { ServiceCredentials } from '../engines/engine.ts';
import { handOverName } from '../images/tags.ts';
import { DATABASE } from '../review/database/database.ts';
import { databaseVariables } from '../review/database/objects.ts';
import { reviewAppObjects } from '../review/objects.ts';
import { withoutSeed } from '../review/variant.ts';
import { planReviewUp, type ReviewUpPlan } from '../review-plan.ts';
import { clientEnvOf, type PlannedService, planService } from '../services/service.ts';
import { throwaway } from '../services/throwaway.ts';
import { databaseUser } from '../services/user.ts';
import { type ContainerPlan, containerPlan, type KnownSecrets } from './container-plan.ts';
import { planDemand } from './demand.ts';
import { differencesOf } from './differences.ts';
import type { EnvironmentObjects } from './environment-objects.ts';
import { type ExpectedImage, expectedImages } from './judged-images.ts';
import { liveAddresses, liveFindings, liveServices } from './live-findings.ts';
import { hostsOf, type ProcessPlan, processesOf } from './process-plan.ts';
import { staticFindings } from './static-findings.ts';

const DEFAULT_PORT_MS = 15_000;
/** As FastAPI, springdoc and Swashbuckle serve it by default. */
const API_PATHS = ['/openapi.json', '/v3/api-docs', '/swagger/v1/swagger.json'];

/** The migration, before the processes start. */
export type MigrationRun = ContainerPlan & { image: string };

/** What preflight starts. */
export interface PreflightPlan {
  app: string;
  /** A part of the names and labels of everything that this run creates. */
  runId: string;
  /** Name of an image in slipway.yml → its name in the engine, or a reference that the input gave. */
  images: Readonly<Record<string, { reference: string; given: boolean }>>;
  processes: ProcessPlan[];
  /** The database and the services of review environments, and those of the tests. */
  services: PlannedService[];
  migration: MigrationRun | undefined;
  /** Milliseconds for a port to open. */
  portMs: number;
  /** The week of demand, and what is counted in it; undefined: nothing to count. */
  capacity: { capacity: Capacity; remark: string } | undefined;
  /** Name of an image in slipway.yml → where it runs, and its Dockerfile. */
  expected: Readonly<Record<string, ExpectedImage>>;
  /** Findings from the image's source and the objects. */
  findings: readonly Finding[];
  /** The objects of each environment: names that their variables hold are compared with their Services. */
  sides: readonly Side[];
  /** Paths that are asked for the description of an API. */
  apiPaths: readonly string[];
  /** What the processes of the default branch served. */
  apis: ApiRecord;
  /** Namespace → the Services that its cluster has, where they were read. */
  liveServices: ReadonlyMap<string, readonly KubeObject[]>;
  accepts: readonly AcceptConfig[];
  /** The findings of the default branch, on a pull request; undefined: not known, or not compared. */
  baseline: Baseline | undefined;
  /** Folder of the report. */
  reportDir: string;
  sha: string;
  /** Path of slipway.yml from the root of the repository. */
  configFile: string;
  /** For the summary: what is compared with what. */
  remarks: readonly string[];
  /** For the log: what was left out, and why. */
  notes: string[];
}

/** Values of the machine, from the entry, so that planning stays pure. */
export interface PreflightSurroundings {
  /** Random, in names and labels: 8 hexadecimal digits. */
  runId: string;
  /** Random password of the database. */
  password: string;
  /** RUNNER_TEMP */
  temp: string | undefined;
  /** Path of slipway.yml from the root of the repository. */
  configFile: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** 00:00 UTC of a Monday, in milliseconds since the epoch: the week whose demand is counted. */
  monday: number;
}

/** What the default branch decides about a pull request. */
export interface Reference {
  accepts: readonly AcceptConfig[];
  differences: readonly DifferenceConfig[];
  baseline: Baseline | undefined;
  remarks: readonly string[];
}

/** The objects of the app as the cluster gets them, without the walls around a review environment. */
export interface Started {
  objects: readonly KubeObject[];
  jobs: readonly KubeObject[];
}

/** What slipway.yml and the files of the team come to. */
export interface Given {
  environments: readonly EnvironmentObjects[];
  /** The objects of the team in a review environment; undefined: Slipway writes them. */
  started?: Started | undefined;
  /** Files of the app, with paths from the root of the repository. */
  sources?: readonly SourceFile[];
  /** The clusters of the environments; undefined: not asked. */
  live?: LiveView | undefined;
  /** Base image → digest that its registry serves. */
  digests?: ReadonlyMap<string, string> | undefined;
  /** Path of a Dockerfile → report of hadolint in JSON. */
  hadolint?: ReadonlyMap<string, string> | undefined;
  /** What the processes of the default branch served. */
  apis?: ApiRecord;
}

/**
 * Plans the start of the app on this machine as a review environment starts it: the environment that needs nothing from
 * elsewhere.
 * @throws UserError for an image that slipway.yml does not have
 */
export function planPreflight(
  inputs: Pick<PreflightInputs, 'workingDirectory' | 'image' | 'timeoutMs'>,
  config: Config,
  event: PipelineEvent,
  { runId, password, temp, configFile, now, monday }: PreflightSurroundings,
  { environments, started, sources = [], live, digests, hadolint, apis = {} }: Given,
  reference: Reference,
): PreflightPlan {
  const images = imagesToRun(inputs, config, event.sha);
  const clusters = live?.environments ?? [];
  const review = reviewLike(config, event);
  const { objects, jobs } = started ?? writtenBy(review, config, event.sha);
  const known: KnownSecrets = review.database ? { [DATABASE]: databaseVariables(review.database, password) } : {};
  const services = servicesOf(review, config, password);
  const repositories = repositoriesOf(config);
  const defaults = { ...environmentDefaults(config), ...clientEnvOf(services) };
  const left = config.review === undefined ? leftOut(config) : [];
  const withDefaults = <T extends ContainerPlan>(plan: T): T => ({
    ...plan,
    env: { ...defaults, ...plan.env },
    missing: [...new Set([...plan.missing, ...left])],
  });
  const capacity = capacityOf(config, environments, monday);
  const shared = { known, hosts: hostsOf(config), environments };
  const processes = processesOf(objects, repositories, shared).map(withDefaults);
  const migration = migrationOf(jobs, config, known);
  return {
    app: config.app,
    runId,
    images,
    processes,
    services,
    migration: migration && withDefaults(migration),
    portMs: inputs.timeoutMs ?? DEFAULT_PORT_MS,
    capacity,
    findings: [
      ...staticFindings(config, environments, {
        configFile,
        files: sources,
        live: live && liveAddresses(clusters),
        digests,
        hadolint,
      }),
      ...differencesOf(config, environments, reference.differences),
      ...liveFindings(config, environments, clusters, now),
      ...(capacity?.capacity.findings ?? []),
    ],
    expected: expectedImages(config, [...environments, { environment: 'review', objects }], {
      configFile,
      files: sources,
    }),
    sides: environments,
    apiPaths: config.preflight?.openapi === undefined ? API_PATHS : [config.preflight.openapi],
    apis,
    liveServices: liveServices(clusters),
    accepts: reference.accepts,
    baseline: reference.baseline,
    remarks: [...reference.remarks, ...(live?.notes ?? [])],
    reportDir: temp ? join(temp, 'slipway', 'preflight') : join(inputs.workingDirectory, '.slipway', 'preflight'),
    sha: event.sha,
    configFile,
    notes: started === undefined ? review.notes : [],
  };
}

/** Only where there is something to compare: nodes, or crons that can meet. */
function capacityOf(
  config: Config,
  environments: readonly EnvironmentObjects[],
  monday: number,
): PreflightPlan['capacity'] {
  const { demand, pools, remark } = planDemand(config, environments);
  if (pools.length === 0 && demand.crons.length === 0) return undefined;
  return { capacity: judgeCapacity(demand, pools, monday), remark };
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

function imagesToRun({ image }: Pick<PreflightInputs, 'image'>, config: Config, sha: string): PreflightPlan['images'] {
  const all = imagesOf(config);
  const given = readImages(image, Object.keys(all));
  for (const reference of Object.values(given)) parseReference(reference);
  return Object.fromEntries(
    Object.entries(all).map(([name, { repository }]) => [
      name,
      { reference: given[name] ?? handOverName(repository, sha), given: given[name] !== undefined },
    ]),
  );
}

import { resolve } from 'node:path';
import { imageKey, repositoriesOf } from '../config/images.ts';
import { nearest } from '../config/nearest.ts';
import { sourceKeyOf } from '../config/own-objects-rules.ts';
import type { Config, DeployConfig, EnvironmentConfig } from '../config/schema.ts';
import { type SecretEnv, secretEnvOf } from '../config/secret-env-schema.ts';
import { testsOf } from '../config/tests.ts';
import { type Migration, type Workloads, workloadsOf } from '../config/workloads.ts';
import { UserError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { RollingUpdateInputs } from '../inputs/rolling-update.ts';
import { appSpecOf, type PlannedApp } from '../objects/app/app-spec-of.ts';
import { withMeasuredStartup } from '../objects/app/measured-startup.ts';
import type { CloudSql } from '../objects/cloud-sql/cloud-sql.ts';
import { isDigest, parseReference } from '../objects/image-reference.ts';
import { type Images, readImages } from '../objects/images.ts';
import { type IngressSpec, urlOf } from '../objects/ingress/ingress-spec.ts';
import { LABELS } from '../objects/names.ts';
import type { Patch } from '../objects/patch/patches.ts';
import { type SchemaVersion, schemaVersionOf } from '../objects/schema-version/known-version.ts';
import { literals } from '../objects/value.ts';
import type { RenderSource } from '../ports.ts';
import { cloudSqlConnections, planRolloutDatabase } from './cloud-sql.ts';
import { helmSource } from './helm-source.ts';
import { handOverName } from './images/tags.ts';
import { planIngress } from './ingress/plan-ingress.ts';
import { planPatches } from './patches.ts';
import type { EnvironmentService } from './services/environment-services.ts';
import { planRolloutServices } from './services/rollout-services.ts';
import { planSecretEnv } from './services/secret-env.ts';
import { clientEnvOf, serviceConnections } from './services/service.ts';

/** The plan of a rollout to one environment. The image may be a tag that the registry must resolve. */
export interface RolloutPlan {
  app: string;
  environment: string;
  namespace: string;
  /** Id of the repository that owns the objects. */
  repositoryId: number;
  /** The run, for the Lease. */
  commit: string;
  actor: string;
  run: { id: string; attempt: number; url: string };
  /** A person requests this image, so that a newer release in the cluster is an error and not a reason to skip. */
  onPurpose: boolean;
  /** By digest; without the input, the tag of the commit. */
  images: Images;
  /** Names of the images in which black-box tests run: the objects need not use them. */
  testing: readonly string[];
  /** The source of the objects: `spec`, unless the team has its own. */
  source: { from: 'config' } | RenderSource;
  spec: PlannedApp;
  /** The database on Cloud SQL; undefined: none that Slipway connects. */
  database: CloudSql | undefined;
  /** Services without data, beside the app. */
  services: readonly EnvironmentService[];
  /** Variables of the app from variables of the step: names alone, because a plan can be printed. */
  secretEnv: SecretEnv;
  /** Secrets of the namespace with which its pods' images are pulled. */
  pullSecrets: readonly string[];
  /** Patches on the objects that Slipway writes, in order. */
  patches: readonly Patch[];
  migrate: Migration | undefined;
  /** How the migration compares the version of the schema; undefined: it does not. */
  schemaVersion: SchemaVersion | undefined;
  reversible: boolean;
  /** undefined: ten minutes, or the progress deadline of a Deployment if that is longer. */
  timeoutMs: number | undefined;
  onFailure: 'rollback' | 'leave';
  allowDowngrade: boolean;
  dryRun: boolean;
  /** Takes over objects that Helm or kubectl deployed before, once. */
  takeOver: boolean;
  /** The URL; undefined without a host, and if only the cluster knows it. */
  url: string | undefined;
  /** The pull request that gets the changes as a comment, in a dry run only; without a number if the event has none. */
  commentOn?: { number: number | undefined };
  /** Creates a missing namespace, except for an environment with `promoteFrom`: there a person decides. */
  createNamespace: boolean;
  /** Refuses zero replicas without confirmation, for an environment with `promoteFrom`. */
  zeroReplicas: 'allowed' | 'refused';
  /** Names of the Deployments that have no pods there because slipway.yml says so. */
  idle: readonly string[];
}

export interface RolloutContext {
  config: Config;
  event: PipelineEvent;
  /** Absolute folder of the application. */
  workingDirectory: string;
}

/**
 * @throws UserError for an unknown environment, one that accepts promotions only, and an image that is not a digest of
 * image.repository
 */
export function planRollout(inputs: RollingUpdateInputs, context: RolloutContext): RolloutPlan {
  const { config, event } = context;
  const { name, environment } = environmentOf(config, inputs.environment);
  if (environment.promoteFrom !== undefined) {
    throw new UserError(`environment ${name} accepts only the release that ${environment.promoteFrom} runs`, {
      remedy: `Use the action promote, or roll out to ${environment.promoteFrom} first (environments.${name}.promoteFrom).`,
    });
  }
  const images = { ...imagesOfCommit(config, event.sha), ...imagesByDigest(inputs.image, config) };
  const plan = planFor(name, environment, images, inputs, context);
  const spec = withMeasuredStartup(plan.spec, inputs.startup ?? {});
  return { ...plan, spec, ...commentOf(inputs, event) };
}

/** @throws UserError without a dry run: a reviewer decides about changes before they happen */
function commentOf(
  { comment, dryRun }: Pick<RollingUpdateInputs, 'comment' | 'dryRun'>,
  event: PipelineEvent,
): Pick<RolloutPlan, 'commentOn'> {
  if (!comment) return {};
  if (!dryRun) {
    throw new UserError('input `comment`: Slipway comments only the changes of a dry run on a pull request', {
      remedy: 'Set dry-run: true as well, or leave `comment` out.',
    });
  }
  return { commentOn: { number: event.kind === 'pull-request' ? event.number : undefined } };
}

/** A rollout by slipway.yml alone: no input of an action is given. */
export const NO_ROLLOUT_INPUTS = {
  namespace: undefined,
  timeoutMs: undefined,
  onFailure: undefined,
  allowDowngrade: undefined,
  dryRun: undefined,
  takeOver: undefined,
} as const;

/** The plan for a given environment and its images. */
export function planFor(
  name: string,
  environment: EnvironmentConfig,
  images: Images,
  inputs: Pick<RollingUpdateInputs, 'namespace' | 'timeoutMs' | 'onFailure' | 'allowDowngrade' | 'dryRun' | 'takeOver'>,
  context: RolloutContext,
): RolloutPlan {
  const { config, event } = context;
  const { deploy, app } = config;
  const namespace = inputs.namespace ?? environment.namespace;
  const ingress = ingressOf(name, environment, config);
  const own = workloadsOf(config, environment);
  const services = planRolloutServices(name, environment, config, namesOf(app, own));
  const database = planRolloutDatabase(name, environment, config);
  const given = { ...database?.env, ...clientEnvOf(services) };
  const env = { ...literals(given), ...environment.env };
  const workloads = workloadsOf(config, { ...environment, env });
  return {
    app,
    environment: name,
    namespace,
    repositoryId: event.repository.id,
    commit: event.sha,
    actor: event.actor,
    run: event.run,
    onPurpose: event.kind === 'manual' || event.run.attempt > 1,
    images,
    testing: testingImages(config),
    source: sourceOf(deploy, name, app, context.workingDirectory),
    spec: appSpecOf(app, workloads, {
      namespace,
      ingress,
      connections: { ...serviceConnections(services), ...cloudSqlConnections(database) },
      labels: { [LABELS.environment]: name },
      security: 'ordinary',
    }),
    database,
    services,
    secretEnv: planSecretEnv(`environments.${name}.secretEnv`, secretEnvOf(environment.secretEnv), Object.keys(given)),
    pullSecrets: [...new Set([...(deploy.pullSecrets ?? []), ...(environment.pullSecrets ?? [])])],
    patches: planPatches({
      deploy: deploy.patches,
      own: environment.patches,
      where: `environments.${name}`,
      all: true,
    }),
    migrate: workloads.migrate,
    schemaVersion: workloads.migrate && schemaVersionOf(deploy.schemaVersion, workloads.migrate.command),
    reversible: deploy.reversible ?? false,
    timeoutMs: inputs.timeoutMs,
    onFailure: inputs.onFailure ?? 'rollback',
    allowDowngrade: inputs.allowDowngrade ?? false,
    dryRun: inputs.dryRun ?? false,
    takeOver: inputs.takeOver ?? false,
    url: ingress && urlOf(ingress),
    createNamespace: environment.promoteFrom === undefined,
    zeroReplicas: environment.promoteFrom === undefined || environment.replicas === 0 ? 'allowed' : 'refused',
    idle: idleProcesses(app, environment),
  };
}

/** Names of the objects of an app. */
function namesOf(app: string, { processes, crons }: Workloads): string[] {
  const parts = [...Object.keys(processes), ...Object.keys(crons)];
  return [app, ...parts.map((part) => `${app}-${part}`)];
}

function idleProcesses(app: string, { processes = {} }: EnvironmentConfig): string[] {
  return Object.entries(processes).flatMap(([name, { replicas }]) => (replicas === 0 ? [`${app}-${name}`] : []));
}

/** With objects of the team, the host is only for the URL. */
function ingressOf(name: string, environment: EnvironmentConfig, config: Config): IngressSpec | undefined {
  const { host, tls, ingress: own, cluster } = environment;
  const where = `environments.${name}`;
  const onGke = cluster !== undefined && 'gke' in cluster;
  const base = { where, host, access: undefined, onGke };
  if (sourceKeyOf(config.deploy) === undefined) return planIngress({ ...base, tls, own }, config);
  const { port, class: className, address, service } = { ...config.ingress, ...own };
  const looked = { ...config, ingress: { port, class: className, address, service } };
  return planIngress({ ...base, tls: tls === undefined ? undefined : tls !== false, own: undefined }, looked);
}

function sourceOf(deploy: DeployConfig, environment: string, app: string, folder: string): RolloutPlan['source'] {
  const path = (template: string) => resolve(folder, template.replaceAll('{environment}', environment));
  if (deploy.manifests !== undefined) return { from: 'manifests', path: path(deploy.manifests) };
  if (deploy.kustomize !== undefined) return { from: 'kustomize', path: path(deploy.kustomize) };
  if (deploy.helm === undefined) return { from: 'config' };
  return helmSource(deploy.helm, app, path);
}

/** The environment with this name, or the only one without a name. */
function environmentOf(config: Config, name: string | undefined): { name: string; environment: EnvironmentConfig } {
  const environments = Object.entries(config.environments ?? {});
  const first = environments.filter(([, { promoteFrom }]) => promoteFrom === undefined);
  const meant = name ?? (config.environments?.staging ? 'staging' : first.length === 1 ? first[0]?.[0] : undefined);
  const found = meant === undefined ? undefined : config.environments?.[meant];
  if (meant !== undefined && found) return { name: meant, environment: found };
  throw unknownEnvironment(
    'environment',
    name,
    environments.map(([key]) => key),
  );
}

/** @param input name of the input, for the message */
export function unknownEnvironment(input: string, name: string | undefined, known: string[]): UserError {
  if (known.length === 0) {
    return new UserError('slipway.yml has no environments', {
      remedy: 'Add one, for example environments: { staging: { namespace: parking-staging } }.',
    });
  }
  if (name === undefined) {
    return new UserError(`input \`${input}\` is missing`, { remedy: `Set it to one of ${known.join(', ')}.` });
  }
  const near = nearest(name, known);
  return new UserError(`input \`${input}\`: there is no environment "${name}"`, {
    remedy: near ? `Did you mean "${near}"?` : `There are: ${known.join(', ')}.`,
  });
}

/** Names of the images in which black-box tests run. */
export function testingImages(config: Pick<Config, 'tests'>): string[] {
  return Object.values(testsOf(config)).flatMap(({ against, image }) =>
    against !== undefined && image !== undefined ? [image] : [],
  );
}

/** The tags of a commit, for all images. */
export function imagesOfCommit(config: Config, sha: string): Images {
  const repositories = Object.entries(repositoriesOf(config));
  return Object.fromEntries(repositories.map(([name, repository]) => [name, handOverName(repository, sha)]));
}

/** The images that the input `image` names. @throws UserError for a tag, and for an image that slipway.yml does not have */
export function imagesByDigest(text: string | undefined, config: Config): Images {
  const repositories = repositoriesOf(config);
  const given = readImages(text, Object.keys(repositories));
  return Object.fromEntries(
    Object.entries(given).map(([name, image]) => [
      name,
      byDigest(image, imageKey(name, config), repositories[name] ?? ''),
    ]),
  );
}

/** `repository@sha256:…` of an input that may also be the digest alone. A tag may move between the build and the deploy. */
function byDigest(text: string, key: string, repository: string): string {
  if (isDigest(text)) return `${repository}@${text}`;
  const reference = parseReference(text);
  if (reference.digest === undefined) {
    throw new UserError(`input \`image\`: "${text}" is a tag, and a tag can be moved`, {
      remedy: 'Pass the output `reference` of push-to-registry: repository@sha256:….',
    });
  }
  if (reference.repository !== parseReference(repository).repository) {
    throw new UserError(`input \`image\`: ${reference.repository} is not ${key}.repository (${repository})`, {
      remedy: `Push to ${key}.repository of slipway.yml, or correct it there.`,
    });
  }
  return `${repository}@${reference.digest}`;
}

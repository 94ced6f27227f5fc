import { repositoriesOf } from '../config/images.ts';
import type { Config } from '../config/schema.ts';
import { type SecretEnv, secretEnvOf } from '../config/secret-env-schema.ts';
import { testsOf } from '../config/tests.ts';
import { type Migration, WEB, workloadsOf } from '../config/workloads.ts';
import { UserError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { AppFile, ReviewInputs } from '../inputs/review-environment.ts';
import type { PlannedApp } from '../objects/app/app-spec-of.ts';
import { withMeasuredStartup } from '../objects/app/measured-startup.ts';
import { type Images, readImages } from '../objects/images.ts';
import { asksForCertificate, urlOf } from '../objects/ingress/ingress-spec.ts';
import { hasHost } from '../objects/ingress/kinds.ts';
import { exposedProcesses } from '../objects/ingress/routes.ts';
import { selectorLabels } from '../objects/labels.ts';
import { reviewNamespace } from '../objects/names.ts';
import type { Patch } from '../objects/patch/patches.ts';
import { planPatches } from './patches.ts';
import { planReviewApp } from './review/app.ts';
import type { Asked } from './review/command.ts';
import { type PlannedDatabase, planDatabase } from './review/database/database.ts';
import { databaseVariables } from './review/database/objects.ts';
import { planSeed, type Seed } from './review/database/seed.ts';
import { withMode } from './review/database/shared-server/server.ts';
import type { Act } from './review/environment/act.ts';
import { DEFAULT_QUOTA } from './review/environment/isolation.ts';
import type { Isolation } from './review/environment/isolation-spec.ts';
import type { Owner } from './review/environment/owner.ts';
import { planReviewIngress } from './review/ingress.ts';
import { type Folders, type OwnObjects, planOwnObjects } from './review/own-objects/source.ts';
import { type PullSecretSource, pullSecretSource } from './review/pull-secret.ts';
import { checkedNamespace, refuseNoDatabase, refuseUnknownAddress, refuseUnsupported } from './review/refusals.ts';
import { planReviewServices } from './review/services.ts';
import { ttlOf } from './review/ttl.ts';
import type { EnvironmentService } from './services/environment-services.ts';
import { planSecretEnv } from './services/secret-env.ts';
import { clientEnvOf } from './services/service.ts';

/** The plan to create or update an environment. */
export interface ReviewUpPlan {
  operation: 'up';
  owner: Owner;
  /** Full commit id of this run; undefined: the head of the pull request on GitHub. */
  commit: string | undefined;
  namespace: string;
  /** URL of the environment; undefined: only the cluster knows it. */
  url: string | undefined;
  /** Repository of each image, by its name in slipway.yml. */
  repositories: Readonly<Record<string, string>>;
  /** Those that the input names; the others are those pushed for the commit. */
  images: Images;
  isolation: Isolation;
  database: PlannedDatabase | undefined;
  seed: Seed | undefined;
  /** Recreate the database: its data is lost. Only on request. */
  resetDatabase: boolean;
  services: EnvironmentService[];
  /** Variables of the app from variables of the step: names alone. Code of a fork does not get them. */
  secretEnv: SecretEnv;
  /** The Secret to copy into the namespace, with which its images are pulled. */
  pullSecret: PullSecretSource | undefined;
  /** The app, without what is known only later. */
  app: PlannedApp;
  /** The objects of the team, in place of those that Slipway writes. */
  own: OwnObjects | undefined;
  /** Paths of values of the chart whose values can contain placeholders. */
  templatedValues: string[];
  /** Patches on the objects of the app, in order. */
  patches: readonly Patch[];
  migrate: Migration | undefined;
  /** Lifetime after this deploy, in milliseconds. */
  ttlMs: number;
  /** Milliseconds for the database and the services, for migration, seed and app, and for the URL, each; undefined: their defaults. */
  timeoutMs?: number | undefined;
  /** `review.sleep`; undefined: never. */
  sleepAfter: string | undefined;
  /** Approved commit of a fork. */
  approved: string | undefined;
  /** Login of the person who approved it in a GitHub environment. */
  approvedBy: string | undefined;
  /** `review.max`. */
  max: number | undefined;
  /** The command in a comment that asked for it. */
  asked: Asked | undefined;
  /** Names of the black-box tests to run against the URL. */
  tests: string[];
  /** URL of this run; empty for a run by hand. */
  run: string;
  /** For the log: what of slipway.yml a review environment leaves out, and why. */
  notes: string[];
  /** For the log and the summary: what can go wrong later. */
  warnings: string[];
}

/** The plan to remove the environments of a pull request. */
export interface ReviewDownPlan {
  operation: 'down';
  /** undefined without slipway.yml: all environments of the pull request in this repository. */
  app: string | undefined;
  repositoryId: number;
  number: number;
  /** undefined: all environments of the pull request. */
  variant?: string | undefined;
  /** The pull request is closed: do not wait for a running deploy. */
  over: boolean;
  run: string;
  /** The command in a comment that asked for it. */
  asked?: Asked | undefined;
}

/** The plan of an act on an existing environment, which needs no slipway.yml. */
export interface ReviewActPlan {
  operation: 'act';
  act: Act;
  /** undefined: all apps of the pull request. */
  app: string | undefined;
  repositoryId: number;
  number: number;
  /** undefined: all environments of the pull request. */
  variant?: string | undefined;
  /** Milliseconds to wait for workloads, and for the URL. */
  timeoutMs?: number | undefined;
  run: string;
  /** The command in a comment that asked for it. */
  asked?: Asked | undefined;
}

/** What to report about a commit that was not deployed. */
export interface ReviewFailurePlan {
  /** undefined: slipway.yml cannot be read. */
  app: string | undefined;
  number: number;
  variant: string | undefined;
  /** Full commit id. */
  commit: string;
  /** URL of the run; empty for a run by hand. */
  run: string;
}

/**
 * Plans the report on a commit whose build or tests failed.
 * @throws UserError if no pull request is named
 */
export function planReviewFailure(
  { number: given, variant }: Pick<ReviewInputs, 'number' | 'variant'>,
  config: Config | undefined,
  event: PipelineEvent,
): ReviewFailurePlan {
  const number = given ?? (event.kind === 'pull-request' ? event.number : undefined);
  if (number !== undefined) return { app: config?.app, number, variant, commit: event.sha, run: event.run.url };
  throw new UserError(`a ${event.kind} event does not say which pull request the failure belongs to`, {
    remedy: 'Run it on `pull_request`, or set the input `number`.',
  });
}

/** Name of the GitHub environment of a pull request, or of one of its variants. */
export function gitHubEnvironment({ number, variant }: { number: number; variant?: string | undefined }): string {
  return `review/pr-${number}${variant === undefined ? '' : `-${variant}`}`;
}

/**
 * Plans an environment to create or update.
 * @param file the file of review.database.seed, if it names one (`seedFile`)
 * @param folders needed for objects of the team
 * @throws UserError for an invalid host name or service, and for a seed that is too large
 */
export function planReviewUp(
  inputs: ReviewInputs,
  config: Config,
  event: PipelineEvent,
  number: number,
  file: AppFile | undefined,
  asked?: { by: Asked; commit: string | undefined },
  folders?: Folders,
): ReviewUpPlan {
  refuseUnsupported(config);
  if (inputs.operation === 'reset-database') refuseNoDatabase(config);
  const review = config.review ?? {};
  const repositories = repositoriesOf(config);
  const { variant } = inputs;
  const owner: Owner = { app: config.app, repositoryId: event.repository.id, number, variant };
  const named = inputs.cluster.namespace;
  const namespace = named ? checkedNamespace(named) : reviewNamespace(config.app, event.repository.id, number, variant);
  const { ingress, warnings } = planReviewIngress(config, number, variant);
  const podSecurity = review.podSecurity ?? 'baseline';
  const database =
    review.database && withMode(planDatabase(review.database, config.app, podSecurity), review.database, owner);
  const services = planReviewServices(review.services, config.app, podSecurity);
  const { own, notes: ownNotes } = planOwnObjects(config, services, folders);
  const { app, notes } = planReviewApp({ config, owner, namespace, ingress, services, podSecurity, database });
  refuseUnknownAddress(config, app);
  return {
    operation: 'up',
    owner,
    commit: asked?.commit ?? commitOf(event, number),
    namespace,
    url: ingress && urlOf(ingress),
    repositories,
    images: readImages(inputs.image, Object.keys(repositories)),
    isolation: {
      owner,
      namespace,
      quota: quotaOf(review),
      podSecurity,
      exposed: exposedProcesses(app).map(({ component, port }) => ({
        name: component === WEB ? 'app' : `app-${component}`,
        selector: selectorLabels(config.app, component),
        ports: [port],
      })),
      egress: review.egress ?? [],
      loadBalancers: ingress === undefined || hasHost(ingress) ? 0 : 1,
      certified: ingress !== undefined && asksForCertificate(ingress),
      server: database?.server?.own ? database.server : undefined,
    },
    database,
    seed:
      review.database?.seed === undefined ? undefined : planSeed(review.database.seed, review.database.engine, file),
    resetDatabase: inputs.operation === 'reset-database',
    services,
    secretEnv: planSecretEnv('review.secretEnv', secretEnvOf(review.secretEnv), [
      ...(database ? Object.keys(databaseVariables(database, '')) : []),
      ...Object.keys(clientEnvOf(services)),
    ]),
    pullSecret: review.pullSecret && pullSecretSource(review.pullSecret.from),
    app: withMeasuredStartup(app, inputs.startup ?? {}),
    own,
    templatedValues: Object.keys(review.helm?.set ?? {}),
    patches: planPatches({ deploy: config.deploy.patches, own: review.patches, where: 'review', all: false }),
    migrate: workloadsOf(config).migrate,
    ttlMs: ttlOf(inputs.ttlMs, review.ttl),
    timeoutMs: inputs.timeoutMs,
    sleepAfter: review.sleep,
    max: review.max,
    approved: event.kind === 'workflow-run' ? event.sha : asked?.commit,
    approvedBy: event.kind === 'workflow-run' ? event.approval?.by : undefined,
    asked: asked?.by,
    tests: blackBoxTests(config),
    run: event.run.url,
    notes: [...notes, ...ownNotes],
    warnings,
  };
}

/** Plans the removal, without slipway.yml, because the branch may be deleted. */
export function planReviewDown(
  config: Config | undefined,
  event: PipelineEvent,
  number: number,
  asked?: Asked,
  variant?: string,
): ReviewDownPlan {
  const over = event.kind === 'pull-request' && event.action === 'closed' && event.number === number;
  return { operation: 'down', ...whose(config, event, number), variant, over, asked };
}

/** Plans an act on existing environments. */
export function planReviewAct(
  act: Act,
  config: Config | undefined,
  event: PipelineEvent,
  number: number,
  given: Pick<ReviewActPlan, 'asked' | 'variant' | 'timeoutMs'>,
): ReviewActPlan {
  return { operation: 'act', act, ...whose(config, event, number), ...given };
}

function whose(config: Config | undefined, event: PipelineEvent, number: number) {
  return { app: config?.app, repositoryId: event.repository.id, number, run: event.run.url };
}

/** Plans the removal of an environment whose pull request was closed meanwhile. */
export function planDownAgain({ owner, run }: ReviewUpPlan): ReviewDownPlan {
  return { operation: 'down', ...owner, over: true, run };
}

/** The commit of an event of this pull request, or of a checkout by hand; undefined: ask GitHub for the head. */
function commitOf(event: PipelineEvent, number: number): string | undefined {
  if (event.kind === 'workflow-run') return event.sha;
  if (event.kind === 'pull-request') return event.number === number ? event.sha : undefined;
  return event.repository.id === 0 ? event.sha : undefined;
}

function quotaOf(review: NonNullable<Config['review']>): Isolation['quota'] {
  const given = Object.entries(review.quota ?? {}).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_QUOTA, ...Object.fromEntries(given) };
}

function blackBoxTests(config: Config): string[] {
  const all = Object.entries(testsOf(config)).filter(([, test]) => test.against === 'review');
  return config.review?.tests ?? all.map(([name]) => name);
}

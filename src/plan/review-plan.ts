import type { Config } from '../config/schema.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { AppFile, ReviewInputs } from '../inputs/review-environment.ts';
import type { Command } from '../objects/app/app-spec.ts';
import type { PlannedApp } from '../objects/app/app-spec-of.ts';
import { asksForCertificate, urlOf } from '../objects/ingress/ingress-spec.ts';
import { reviewNamespace } from '../objects/names.ts';
import { planReviewApp } from './review/app.ts';
import type { Asked } from './review/command.ts';
import { type PlannedDatabase, planDatabase } from './review/database/database.ts';
import { planSeed, type Seed } from './review/database/seed.ts';
import { withMode } from './review/database/shared-server/server.ts';
import type { Act } from './review/environment/act.ts';
import { DEFAULT_QUOTA } from './review/environment/isolation.ts';
import type { Isolation } from './review/environment/isolation-spec.ts';
import type { Owner } from './review/environment/owner.ts';
import { planReviewIngress } from './review/ingress.ts';
import { checkedNamespace, refuseNoDatabase, refuseUnsupported } from './review/refusals.ts';
import { type EnvironmentService, planServices } from './review/services.ts';
import { ttlOf } from './review/ttl.ts';

/** What review-environment will do to bring an environment up, or up to date. */
export interface ReviewUpPlan {
  operation: 'up';
  owner: Owner;
  /** Full commit id that this run is about; undefined: the head of the pull request, as GitHub has it. */
  commit: string | undefined;
  namespace: string;
  /** Where people open it; undefined where only the cluster knows. */
  url: string | undefined;
  /** Repository of the app's images. */
  repository: string;
  /** undefined: the image that was pushed for the commit. */
  image: string | undefined;
  isolation: Isolation;
  database: PlannedDatabase | undefined;
  seed: Seed | undefined;
  /** Begin the database anew: everything in it is lost. Only ever on request. */
  resetDatabase: boolean;
  services: EnvironmentService[];
  /** The app but for what is only known later. */
  app: PlannedApp;
  migrate: Command | undefined;
  /** Milliseconds from now until the environment may be removed. */
  ttlMs: number;
  /** Milliseconds for the database and the services, for migration, seed and app, and for the URL, each; undefined: their defaults. */
  timeoutMs?: number | undefined;
  /** Duration without use after which it sleeps, as slipway.yml has it; undefined: never. */
  sleepAfter: string | undefined;
  /** Commit of a fork that somebody with write access approved by its id. */
  approved: string | undefined;
  /** Login of who approved it in a GitHub environment. */
  approvedBy: string | undefined;
  /** The most environments of the app at a time. */
  max: number | undefined;
  /** Somebody asked for it in a comment. */
  asked: Asked | undefined;
  /** Names of the black-box tests to run against the URL. */
  tests: string[];
  /** URL of this run; empty for a run by hand. */
  run: string;
  /** Sentences for the log: what of slipway.yml is left out here, and why. */
  notes: string[];
  /** What goes well until it does not. */
  warnings: string[];
}

/** What review-environment will do to remove the environments of a pull request. */
export interface ReviewDownPlan {
  operation: 'down';
  /** undefined, where there is no slipway.yml: all environments of the pull request in this repository. */
  app: string | undefined;
  repositoryId: number;
  number: number;
  /** undefined: all environments of the pull request. */
  variant?: string | undefined;
  /** The pull request is closed: nobody is waited for. Else a run that is at work in an environment is. */
  over: boolean;
  run: string;
  /** Somebody asked for it in a comment. */
  asked?: Asked | undefined;
}

/** What is done to an environment that is there, without slipway.yml. */
export interface ReviewActPlan {
  operation: 'act';
  act: Act;
  /** undefined: the environments of all apps of the pull request. */
  app: string | undefined;
  repositoryId: number;
  number: number;
  /** undefined: all environments of the pull request. */
  variant?: string | undefined;
  run: string;
  /** Somebody asked for it in a comment. */
  asked?: Asked | undefined;
}

/** Name of the GitHub environment of a pull request, or of one of its variants. */
export function gitHubEnvironment({ number, variant }: { number: number; variant?: string | undefined }): string {
  return `review/pr-${number}${variant === undefined ? '' : `-${variant}`}`;
}

/**
 * Plans an environment to bring up.
 * @param file that review.database.seed names, if it names one (`seedFile`)
 * @throws UserError for a host name that is none, a service that cannot be, a seed that is too large
 */
export function planReviewUp(
  inputs: ReviewInputs,
  config: Config,
  event: PipelineEvent,
  number: number,
  file: AppFile | undefined,
  asked?: { by: Asked; commit: string | undefined },
): ReviewUpPlan {
  refuseUnsupported(config);
  if (inputs.operation === 'reset-database') refuseNoDatabase(config);
  const review = config.review ?? {};
  const { variant } = inputs;
  const owner: Owner = { app: config.app, repositoryId: event.repository.id, number, variant };
  const named = inputs.cluster.namespace;
  const namespace = named ? checkedNamespace(named) : reviewNamespace(config.app, event.repository.id, number, variant);
  const { ingress, warnings } = planReviewIngress(config, number, variant);
  const podSecurity = review.podSecurity ?? 'baseline';
  const database =
    review.database && withMode(planDatabase(review.database, config.app, podSecurity), review.database, owner);
  const services = planServices(review.services, config.app, podSecurity);
  const { app, notes } = planReviewApp({ config, owner, namespace, ingress, services, podSecurity, database });
  return {
    operation: 'up',
    owner,
    commit: asked?.commit ?? commitOf(event, number),
    namespace,
    url: ingress && urlOf(ingress),
    repository: config.image.repository,
    image: inputs.image,
    isolation: {
      owner,
      namespace,
      quota: quotaOf(review),
      podSecurity,
      appPort: app.port,
      egress: review.egress ?? [],
      loadBalancers: ingress?.kind === 'load-balancer' ? 1 : 0,
      certified: ingress !== undefined && asksForCertificate(ingress),
      server: database?.server?.own ? database.server : undefined,
    },
    database,
    seed:
      review.database?.seed === undefined ? undefined : planSeed(review.database.seed, review.database.engine, file),
    resetDatabase: inputs.operation === 'reset-database',
    services,
    app,
    migrate: config.deploy.migrate,
    ttlMs: ttlOf(inputs.ttlMs, review.ttl),
    timeoutMs: inputs.timeoutMs,
    sleepAfter: review.sleep,
    max: review.max,
    approved: event.kind === 'workflow-run' ? event.sha : asked?.commit,
    approvedBy: event.kind === 'workflow-run' ? event.approval?.by : undefined,
    asked: asked?.by,
    tests: blackBoxTests(config),
    run: event.run.url,
    notes,
    warnings,
  };
}

/** Plans the removal; it needs no slipway.yml, because the branch may be gone. */
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

/** Plans what needs nothing but the environment itself. */
export function planReviewAct(
  act: Act,
  config: Config | undefined,
  event: PipelineEvent,
  number: number,
  asked?: Asked,
  variant?: string,
): ReviewActPlan {
  return { operation: 'act', act, ...whose(config, event, number), variant, asked };
}

function whose(config: Config | undefined, event: PipelineEvent, number: number) {
  return { app: config?.app, repositoryId: event.repository.id, number, run: event.run.url };
}

/** The removal of what a plan would bring up, for a pull request that was closed meanwhile. */
export function planDownAgain({ owner, run }: ReviewUpPlan): ReviewDownPlan {
  return { operation: 'down', ...owner, over: true, run };
}

/** An event of this very pull request, or a run of a checkout by hand, names the commit; else GitHub knows the head. */
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
  const all = Object.entries(config.tests ?? {}).filter(([, test]) => test.against === 'review');
  return config.review?.tests ?? all.map(([name]) => name);
}

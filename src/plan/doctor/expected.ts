import { imagesOf, repositoriesOf } from '../../config/images.ts';
import type { ClusterConfig, Config, EnvironmentConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import type { ManualEvent } from '../../event/pipeline-event.ts';
import { type ConfigRef, configRefsOf, mergedRefs } from '../../objects/config-refs.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { renderPersistent } from '../render/persistent.ts';
import { reviewClusterOf } from '../review/cluster.ts';
import { DEFAULT_NAMESPACE } from '../review/database/shared-server/server.ts';
import { planReviewIngress } from '../review/ingress.ts';
import { type PullSecretSource, pullSecretSource } from '../review/pull-secret.ts';
import { imagesOfCommit, NO_ROLLOUT_INPUTS, planFor } from '../rollout-plan.ts';

/** A persistent environment, and what it needs of its cluster. */
export interface ExpectedEnvironment {
  name: string;
  /** Its place in slipway.yml. */
  subject: string;
  cluster: ClusterConfig | undefined;
  namespace: string;
  /** Namespace of the environment that it promotes from. */
  source: string | undefined;
  promoted: boolean;
  gitHubEnvironment: string;
  ingress: IngressSpec | undefined;
  /** The objects that Slipway writes; undefined: those of the team, which only a rollout renders. */
  objects: readonly KubeObject[] | undefined;
  runsJobs: boolean;
  /** What the pods read, without what the release itself contains. */
  reads: readonly ConfigRef[];
  pullSecrets: readonly string[];
  sidecars: boolean;
}

/** Review environments, and what they need of their cluster. */
export interface ExpectedReview {
  cluster: ClusterConfig | undefined;
  /** Key of slipway.yml that names the cluster. */
  key: string;
  ingress: IngressSpec | undefined;
  /** What makes a volume in each environment, or once; undefined: nothing. */
  volumes: string | undefined;
  pullSecret: PullSecretSource | undefined;
  server: { namespace: string; secret: string } | undefined;
}

export interface Expected {
  app: string;
  images: Readonly<Record<string, { repository: string; host: string; dockerfile: string; context: string }>>;
  repositories: readonly string[];
  environments: readonly ExpectedEnvironment[];
  review: ExpectedReview | undefined;
}

/**
 * What the set-up needs by slipway.yml.
 * @param event a run by hand of the checked-out commit
 * @throws UserError for what a rollout would refuse as well
 */
export function expectedOf(config: Config, event: ManualEvent, workingDirectory: string): Expected {
  const images = Object.entries(imagesOf(config)).map(([name, { repository, dockerfile, context }]) => [
    name,
    {
      repository,
      host: parseReference(repository).host,
      dockerfile: dockerfile ?? 'Dockerfile',
      context: context ?? '.',
    },
  ]);
  return {
    app: config.app,
    images: Object.fromEntries(images),
    repositories: Object.values(repositoriesOf(config)),
    environments: Object.entries(config.environments ?? {}).map(([name, environment]) =>
      environmentOf(name, environment, config, event, workingDirectory),
    ),
    review: config.review === undefined ? undefined : reviewOf(config, config.review),
  };
}

function environmentOf(
  name: string,
  environment: EnvironmentConfig,
  config: Config,
  event: ManualEvent,
  workingDirectory: string,
): ExpectedEnvironment {
  const images = imagesOfCommit(config, event.sha);
  const plan = planFor(name, environment, images, NO_ROLLOUT_INPUTS, { config, event, workingDirectory });
  const objects = plan.source.from === 'config' ? renderPersistent(plan).objects : undefined;
  const { promoteFrom } = environment;
  return {
    name,
    subject: `environments.${name}`,
    cluster: environment.cluster,
    namespace: plan.namespace,
    source: promoteFrom === undefined ? undefined : config.environments?.[promoteFrom]?.namespace,
    promoted: promoteFrom !== undefined,
    gitHubEnvironment: environment.githubEnvironment ?? name,
    ingress: plan.spec.ingress,
    objects,
    runsJobs: plan.migrate !== undefined,
    reads: readBy(objects ?? []),
    pullSecrets: plan.pullSecrets,
    sidecars: plan.database !== undefined,
  };
}

function readBy(objects: readonly KubeObject[]): ConfigRef[] {
  const own = new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const all = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    return template === undefined ? [] : configRefsOf(template);
  });
  return mergedRefs(all).filter(({ kind, name }) => !own.has(`${kind}/${name}`));
}

function reviewOf(config: Config, review: NonNullable<Config['review']>): ExpectedReview {
  const [cluster, key] = reviewClusterOf(config);
  const { database } = review;
  const secret = database?.mode === 'shared' ? database.server?.secret : undefined;
  const isGiven = secret !== undefined;
  return {
    cluster,
    key,
    ingress: planReviewIngress(config, SOME_NUMBER).ingress,
    volumes: database === undefined || isGiven ? undefined : 'review.database',
    pullSecret: review.pullSecret && pullSecretSource(review.pullSecret.from),
    server: secret === undefined ? undefined : { namespace: database?.server?.namespace ?? DEFAULT_NAMESPACE, secret },
  };
}

/** The number of a pull request, for a host name. */
const SOME_NUMBER = 1;

/** The environment that an option names. @throws UserError for a name that slipway.yml does not have */
export function refuseUnknownNames(names: readonly string[], { environments }: Expected): void {
  const known = ['review', ...environments.map(({ name }) => name)];
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  throw new UserError(`--as ${wrong}=…: there is no environment "${wrong}"`, {
    remedy: `Use one of ${known.join(', ')}.`,
  });
}

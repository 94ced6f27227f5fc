import { isDeepStrictEqual } from 'node:util';
import type { Config, IngressConfig, ReviewConfig } from '../../config/schema.ts';
import { secretEnvOf } from '../../config/secret-env-schema.ts';
import { UserError } from '../../errors.ts';
import { parseDuration } from '../../text/duration.ts';
import { containsNetwork } from '../../text/network.ts';
import { quantityOf } from '../../text/quantity.ts';
import type { PodSecurity } from '../services/security.ts';
import { reviewClusterOf } from './cluster.ts';
import { serverExcess, withServerOf } from './database/shared-server/bounds.ts';
import { isReached } from './environment/egress.ts';
import { DEFAULT_QUOTA } from './environment/isolation.ts';
import { podExcess } from './pod.ts';
import { DEFAULT_TTL } from './ttl.ts';

/** slipway.yml of the default branch, which bounds what that of a pull request may ask for. */
export interface Bounds {
  /** Name of the branch. */
  branch: string;
  /** undefined: the branch has no slipway.yml. */
  config: Config | undefined;
}

/** What a pull request asks for, and the default branch does not allow. */
interface Excess {
  key: string;
  asked: unknown;
  allowed: unknown;
}

/**
 * slipway.yml of a pull request within what the default branch allows. Limits (`max`, `quota`, `podSecurity`, `ttl`, `sleep`)
 * are lowered to those of the default branch, with a warning. What else guards others is refused where it asks for more, and
 * taken from the default branch where it is missing. A default branch without `review` leaves host, cluster and access to the
 * pull request, which introduces them.
 * @param own of the checkout, for the variant that is brought up
 * @throws UserError that names each key with both values; nothing was written
 */
export function withinBounds(own: Config, bounds: Bounds): { config: Config; warnings: string[] } {
  const excess = [
    ...appExcess(own, bounds),
    ...hostExcess(own, bounds),
    ...processHostExcess(own, bounds),
    ...clusterExcess(own, bounds),
    ...egressExcess(own, bounds),
    ...objectsExcess(own, bounds),
    ...accessExcess(own, bounds),
    ...tlsExcess(own, bounds),
    ...pullSecretExcess(own, bounds),
    ...secretEnvExcess(own, bounds),
    ...ingressExcess(own, bounds),
    ...serverExcess(own.review, bounds.config?.review),
    ...patchExcess(own, bounds),
    ...podExcess(own, bounds.config),
  ];
  if (excess.length > 0) throw refused(excess, bounds.branch);
  const { review, lowered } = limited(own.review ?? {}, bounds.config?.review ?? {});
  return {
    config: { ...own, ...inherited(own, bounds), review: { ...review, ...inheritedReview(own, bounds) } },
    warnings: lowered.map(
      ({ key, asked, allowed }) =>
        `${key}: this pull request asks for ${shown(asked)}, and ${bounds.branch} allows ${shown(allowed)}, which counts`,
    ),
  };
}

/** `max` counts the environments of an app: under another name a pull request would be counted apart. */
function appExcess({ app }: Config, { config }: Bounds): Excess[] {
  const limits = config?.review?.max !== undefined;
  return limits && config.app !== app ? [{ key: 'app', asked: app, allowed: config.app }] : [];
}

/** A pattern of its own could give a pull request the host name of another one. */
function hostExcess({ review }: Config, { config }: Bounds): Excess[] {
  if (config?.review === undefined || review?.host === undefined) return [];
  const allowed = config.review.host ?? `pr-{number}.${config.app}.localhost`;
  return review.host === allowed ? [] : [{ key: 'review.host', asked: review.host, allowed }];
}

/** A host of a process is made from that of the environment, and could be made to be the host of another one. */
function processHostExcess({ deploy }: Config, { config }: Bounds): Excess[] {
  if (config?.review === undefined) return [];
  const allowed = Object.values(config.deploy.processes ?? {}).flatMap(({ host }) => host ?? []);
  return Object.entries(deploy.processes ?? {}).flatMap(([name, { host }]) =>
    host === undefined || allowed.includes(host)
      ? []
      : [{ key: `deploy.processes.${name}.host`, asked: host, allowed }],
  );
}

function clusterExcess(own: Config, { config }: Bounds): Excess[] {
  const [asked, key] = reviewClusterOf(own);
  const [allowed] = reviewClusterOf(config);
  if (allowed === undefined || asked === undefined || isDeepStrictEqual(asked, allowed)) return [];
  return [{ key, asked, allowed }];
}

function egressExcess({ review }: Config, { config }: Bounds): Excess[] {
  const allowed = config?.review?.egress ?? [];
  const more = (review?.egress ?? []).filter((network) => !isReached(network, allowed));
  return more.length === 0 ? [] : [{ key: 'review.egress', asked: more, allowed }];
}

/** Kinds that can open the walls, and a chart of a registry: it is pulled with the logins of the step. */
function objectsExcess(own: Config, { config }: Bounds): Excess[] {
  const allowed = config?.review?.allow ?? [];
  const more = (own.review?.allow ?? []).filter((kind) => !allowed.includes(kind));
  const [chart, known] = [remoteChart(own), remoteChart(config)];
  return [
    ...(more.length === 0 ? [] : [{ key: 'review.allow', asked: more, allowed }]),
    ...(chart === undefined || chart === known ? [] : [{ key: 'deploy.helm.chart', asked: chart, allowed: known }]),
  ];
}

/** Without its version, which a pull request may raise; undefined for a chart of the checkout. */
function remoteChart(config: Config | undefined): string | undefined {
  const { chart, repository } = config?.deploy.helm ?? {};
  if (chart === undefined || (repository === undefined && !chart.startsWith('oci://'))) return undefined;
  const name = chart.replace(/@sha256:[0-9a-f]{64}$/, '');
  return repository === undefined ? name : `${repository} ${name}`;
}

/** Everybody whom a pull request lets in is let in by the default branch. */
function accessExcess({ review }: Config, { config }: Bounds): Excess[] {
  const [asked, allowed] = [review?.access, config?.review?.access];
  if (asked === undefined || allowed === undefined) return [];
  const within = (network: string) => (allowed.allow ?? []).some((one) => containsNetwork(one, network));
  const isOpener =
    (allowed.basicAuth !== undefined && asked.basicAuth !== allowed.basicAuth) ||
    (allowed.allow !== undefined && !(asked.allow ?? []).every(within)) ||
    (allowed.allow !== undefined && (asked.allow ?? []).length === 0);
  return isOpener ? [{ key: 'review.access', asked, allowed }] : [];
}

/** An issuer acts for the whole cluster, and without TLS the login of `review.access` is readable on the way. */
function tlsExcess({ review }: Config, { config }: Bounds): Excess[] {
  const [asked, allowed] = [review?.tls, config?.review?.tls];
  if (config?.review === undefined || asked === undefined || asked === true) return [];
  return isDeepStrictEqual(asked, allowed) ? [] : [{ key: 'review.tls', asked, allowed }];
}

/** Any Secret of the cluster could be copied to where the code of a pull request runs. */
function pullSecretExcess({ review }: Config, { config }: Bounds): Excess[] {
  const [asked, allowed] = [review?.pullSecret, config?.review?.pullSecret];
  if (asked === undefined || isDeepStrictEqual(asked, allowed)) return [];
  return [{ key: 'review.pullSecret', asked, allowed }];
}

/** Any variable of the step could be handed to the code of a pull request, the credentials of the job among them. */
function secretEnvExcess({ review }: Config, { config }: Bounds): Excess[] {
  const [asked, allowed] = [review?.secretEnv, config?.review?.secretEnv];
  if (asked === undefined || isDeepStrictEqual(secretEnvOf(asked), secretEnvOf(allowed))) return [];
  return [{ key: 'review.secretEnv', asked, allowed }];
}

/** Keys of `ingress` that decide who serves the host, and how: annotations can hold configuration of the controller. */
const GUARDED = ['annotations', 'kind', 'class', 'gateway', 'internal', 'policies'] as const;

function ingressExcess(own: Config, { config }: Bounds): Excess[] {
  if (!saysIngress(own)) return [];
  const [asked, allowed] = [ingressOf(own), ingressOf(config)];
  // A pull request that introduces review environments chooses the kind, but brings no annotations of its own.
  const guarded = config?.review === undefined ? (['annotations'] as const) : GUARDED;
  return guarded
    .filter((key) => !isDeepStrictEqual(asked[key], allowed[key]))
    .filter((key) => config?.review !== undefined || asked[key] !== undefined)
    .map((key) => ({ key: `ingress.${key}`, asked: asked[key], allowed: allowed[key] }));
}

function ingressOf(config: Config | undefined): IngressConfig {
  return { ...config?.ingress, ...config?.review?.ingress };
}

function saysIngress({ ingress, review }: Config): boolean {
  return ingress !== undefined || review?.ingress !== undefined;
}

/** A patch can change every field of the objects, so each must be one of the default branch. */
function patchExcess(own: Config, { config }: Bounds): Excess[] {
  const all = ({ deploy, review }: Config) => [...(deploy.patches ?? []), ...(review?.patches ?? [])];
  const allowed = config === undefined ? [] : all(config);
  const more = all(own).filter((patch) => !allowed.some((one) => isDeepStrictEqual(one, patch)));
  return more.length === 0 ? [] : [{ key: 'patches', asked: more, allowed }];
}

/** The limits, none higher than on the default branch, and those that were lowered. */
function limited(own: ReviewConfig, allowed: ReviewConfig): { review: ReviewConfig; lowered: Excess[] } {
  const lowered: Excess[] = [];
  const lower = <T>(key: string, asked: T | undefined, most: T, isMore: (one: T, other: T) => boolean): T => {
    if (asked === undefined || isMore(asked, most)) {
      if (asked !== undefined) lowered.push({ key, asked, allowed: most });
      return most;
    }
    return asked;
  };
  const quantity = (one: string, other: string) => (quantityOf(one) ?? 0) > (quantityOf(other) ?? 0);
  const quota = { ...own.quota };
  for (const key of ['cpu', 'memory', 'storage', 'ephemeralStorage'] as const) {
    quota[key] = lower(`review.quota.${key}`, quota[key], allowed.quota?.[key] ?? DEFAULT_QUOTA[key], quantity);
  }
  const pods = allowed.quota?.pods ?? DEFAULT_QUOTA.pods;
  quota.pods = lower('review.quota.pods', quota.pods, pods, (one, other) => one > other);
  const max =
    allowed.max === undefined ? own.max : lower('review.max', own.max, allowed.max, (one, other) => one > other);
  const podSecurity =
    allowed.podSecurity === 'restricted'
      ? lower<PodSecurity>('review.podSecurity', own.podSecurity, 'restricted', (one) => one !== 'restricted')
      : own.podSecurity;
  const longer = (one: string, other: string) => parseDuration(one, 'a duration') > parseDuration(other, 'a duration');
  const ttl = lower('review.ttl', own.ttl, allowed.ttl ?? DEFAULT_TTL, longer);
  const sleep = allowed.sleep === undefined ? own.sleep : lower('review.sleep', own.sleep, allowed.sleep, longer);
  return {
    review: {
      ...own,
      ttl,
      ...(sleep === undefined ? {} : { sleep }),
      quota,
      ...(max === undefined ? {} : { max }),
      ...(podSecurity ? { podSecurity } : {}),
    },
    lowered,
  };
}

/** What the pull request does not say is as the default branch says it. */
function inherited(own: Config, { config }: Bounds): Partial<Config> {
  return config?.review === undefined || saysIngress(own) || config.ingress === undefined
    ? {}
    : { ingress: config.ingress };
}

function inheritedReview(own: Config, { config }: Bounds): Partial<ReviewConfig> {
  const [asked, allowed] = [own.review ?? {}, config?.review];
  if (allowed === undefined) return { allow: [] };
  const [cluster] = reviewClusterOf(config);
  return {
    ...(asked.host === undefined && allowed.host !== undefined ? { host: allowed.host } : {}),
    ...(asked.tls === undefined && allowed.tls !== undefined ? { tls: allowed.tls } : {}),
    ...(asked.access === undefined && allowed.access !== undefined ? { access: allowed.access } : {}),
    ...(reviewClusterOf(own)[0] === undefined && cluster !== undefined ? { cluster } : {}),
    ...(!saysIngress(own) && allowed.ingress !== undefined ? { ingress: allowed.ingress } : {}),
    ...(asked.pullSecret === undefined && allowed.pullSecret !== undefined ? { pullSecret: allowed.pullSecret } : {}),
    ...(asked.secretEnv === undefined && allowed.secretEnv !== undefined ? { secretEnv: allowed.secretEnv } : {}),
    allow: allowed.allow ?? [],
    ...(asked.database ? { database: withServerOf(asked.database, allowed.database) } : {}),
  };
}

function refused(excess: readonly Excess[], branch: string): UserError {
  const lines = excess.map(({ key, asked, allowed }) => `${key}: ${shown(asked)}; ${branch} has ${shown(allowed)}`);
  return new UserError(`slipway.yml of this pull request asks for what ${branch} does not allow`, {
    details: lines,
    remedy: `Take it out of this pull request, or bring it to ${branch} first: there it counts for all review environments. Nothing was written.`,
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

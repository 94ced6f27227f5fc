import { createHash } from 'node:crypto';

/** Field manager of everything that Slipway applies. */
export const FIELD_MANAGER = 'slipway';

/** Labels by which Slipway recognises its own objects. Values are ids, never names that a user can choose or change. */
export const LABELS = {
  managedBy: 'app.kubernetes.io/managed-by',
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
  /** Name of a database or service, by which its Service selects its pods. */
  part: 'slipway.dev/part',
  app: 'slipway.dev/app',
  repository: 'slipway.dev/repository-id',
  pullRequest: 'slipway.dev/pull-request',
  variant: 'slipway.dev/variant',
  environment: 'slipway.dev/environment',
} as const;

export const ANNOTATIONS = {
  commit: 'slipway.dev/commit',
  image: 'slipway.dev/image',
  run: 'slipway.dev/run',
  actor: 'slipway.dev/actor',
  expiresAt: 'slipway.dev/expires-at',
  /** Duration without use after which a review environment sleeps. */
  sleepAfter: 'slipway.dev/sleep-after',
  /** When a review environment was last deployed, woken or extended. */
  usedAt: 'slipway.dev/used-at',
  /** The time until which a review environment stays, as a user requested. */
  extendedUntil: 'slipway.dev/extended-until',
  /** The review environment sleeps: the replicas before that, as JSON. */
  asleep: 'slipway.dev/asleep',
  /** The review environment waits for a free place: since when. */
  queued: 'slipway.dev/queued',
  /** The run that queued it and the number of places, as JSON: the run to repeat when a place is free. */
  queuedRun: 'slipway.dev/queued-run',
  /** When Slipway repeated that run because a place was free. */
  called: 'slipway.dev/called',
  /** The last reported state of a review environment, as JSON. */
  state: 'slipway.dev/state',
  configHash: 'slipway.dev/config-hash',
  /** On a Secret: the salt of the hash that pods carry of it. */
  salt: 'slipway.dev/salt',
  /** On a workload while Slipway waits for it: when Slipway made its controller retry a refused request. */
  triedAgain: 'slipway.dev/tried-again',
  /** On a workload: names of the Deployments, separated by commas, that must be ready before it is written. */
  after: 'slipway.dev/after',
  /** On an object, by its owner: "false" keeps it when a release no longer contains it. */
  prune: 'slipway.dev/prune',
  /** On a workload, by its owner: "allowed" if it intentionally has no pods. */
  zeroReplicas: 'slipway.dev/zero-replicas',
} as const;

/** The first `length` hexadecimal digits of the SHA-256 of a text. */
export function shortHash(text: string, length = 8): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/**
 * A name of at most `max` characters: cut, with a hash of the whole name at the end, so that two long names
 * differ. The result is an RFC 1123 label if the input is one.
 */
export function fitName(name: string, max = 63): string {
  if (name.length <= max) return name;
  return `${name.slice(0, max - 9).replace(/-+$/, '')}-${shortHash(name)}`;
}

/** Lease of an app in an environment. An app's name holds no dot, so no two pairs share one. */
export function leaseName(app: string, environment: string): string {
  return fitName(`slipway-${app}.${environment}`, 253);
}

/**
 * Namespace of a pull request's review environment: app, pull request number and a hash of the repository's id. It
 * contains no branch name, because anybody can choose one. The hash includes the variant, so that no app and variant have the
 * namespace of another pair.
 */
export function reviewNamespace(app: string, repositoryId: number, number: number, variant?: string): string {
  if (variant === undefined) return fitName(`${app}-pr-${number}-${shortHash(String(repositoryId), 6)}`);
  return fitName(`${app}-pr-${number}-${variant}-${shortHash(`${repositoryId}/${number}/${variant}`, 6)}`);
}

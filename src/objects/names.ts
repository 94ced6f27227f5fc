import { createHash } from 'node:crypto';

/** Field manager of everything that Slipway applies. */
export const FIELD_MANAGER = 'slipway';

/** Labels by which Slipway recognises what is its own. Values are ids, never names that a user can choose or change. */
export const LABELS = {
  managedBy: 'app.kubernetes.io/managed-by',
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
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
  /** Somebody asked for a review environment to stay until then. */
  extendedUntil: 'slipway.dev/extended-until',
  /** The review environment sleeps: what ran before, as JSON. */
  asleep: 'slipway.dev/asleep',
  /** The review environment waits for a free place: since when. */
  queued: 'slipway.dev/queued',
  /** The run that put it into the queue, and how many places there are, as JSON: what to call when one is free. */
  queuedRun: 'slipway.dev/queued-run',
  /** When it was called because a place was free. */
  called: 'slipway.dev/called',
  /** What was last told about a review environment, as JSON. */
  state: 'slipway.dev/state',
  configHash: 'slipway.dev/config-hash',
  /** On a workload while it is waited for: when its controller was made to try again what it had been refused. */
  triedAgain: 'slipway.dev/tried-again',
  /** On an object, by its owner: "false" keeps it when a release no longer has it. */
  prune: 'slipway.dev/prune',
  /** On a workload, by its owner: "allowed" where no pod of it is meant to run. */
  zeroReplicas: 'slipway.dev/zero-replicas',
} as const;

/** The first `length` hexadecimal digits of the SHA-256 of a text. */
export function shortHash(text: string, length = 8): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/**
 * A name that fits `max` characters: cut, with a hash of the whole in place of what was lost, so that two long names
 * never meet. The result is an RFC 1123 label if the input is one.
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
 * Namespace of a pull request's review environment: app, pull request number and a hash of the repository's id. Branch
 * names never enter it: they can be chosen by anybody. A variant enters the hash as well, so that app and variant of one are
 * never taken for those of another.
 */
export function reviewNamespace(app: string, repositoryId: number, number: number, variant?: string): string {
  if (variant === undefined) return fitName(`${app}-pr-${number}-${shortHash(String(repositoryId), 6)}`);
  return fitName(`${app}-pr-${number}-${variant}-${shortHash(`${repositoryId}/${number}/${variant}`, 6)}`);
}

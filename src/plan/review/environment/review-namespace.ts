import { ANNOTATIONS, LABELS } from '../../../objects/names.ts';
import type { ObjectMeta } from '../../../ports.ts';
import { parseDuration } from '../../../text/duration.ts';
import { foreignLabels } from './owner.ts';

/** A namespace that is provably a review environment of one repository. */
export interface ReviewNamespace {
  name: string;
  uid: string;
  /** As it was read: it is deleted only if nothing has changed on it since. */
  resourceVersion: string;
  app: string;
  /** Pull request. */
  number: number;
  /** Which one of several environments of the pull request. */
  variant: string | undefined;
  /** Milliseconds since the epoch, as all times here. */
  expiresAt: number;
  /** When it sleeps, if nobody uses it before; undefined: never, or it does already. */
  sleepsAt: number | undefined;
  /** Since when it waits for a free place; undefined: it has one. */
  queuedSince: number | undefined;
  /** When it was called because a place was free; no run of its has come since. */
  offeredAt: number | undefined;
  /** Since when it is being deleted. */
  deletedSince: number | undefined;
  createdAt: number;
  annotations: Readonly<Record<string, string>>;
}

/** A run that was killed at its beginning leaves a namespace that says no time: it gets the default one. */
const DEFAULT_TTL_MS = 7 * 24 * 3_600_000;

/** Selects the review environments of a repository. */
export function repositorySelector(repositoryId: number): string {
  const { managedBy, repository, pullRequest } = LABELS;
  return `${managedBy}=slipway,${repository}=${repositoryId},${pullRequest}`;
}

/**
 * Reads a namespace. The server has selected it by its labels already; before it can be deleted they are looked at once more.
 * @returns undefined when they do not prove that it is a review environment of this repository
 */
export function reviewNamespaceOf(metadata: ObjectMeta, repositoryId: number): ReviewNamespace | undefined {
  const { name, uid, resourceVersion, labels = {}, annotations = {} } = metadata;
  const app = labels[LABELS.app];
  const number = Number(/^[1-9]\d{0,8}$/.exec(labels[LABELS.pullRequest] ?? '')?.[0]);
  if (app === undefined || !Number.isInteger(number) || uid === undefined || resourceVersion === undefined) {
    return undefined;
  }
  // Beside environments there are namespaces of a repository for what they share.
  if ((labels[LABELS.environment] ?? 'review') !== 'review') return undefined;
  const variant = labels[LABELS.variant];
  if (foreignLabels({ labels }, { app, repositoryId, number, variant }).length > 0) return undefined;
  const createdAt = time(metadata.creationTimestamp) ?? 0;
  return {
    name,
    uid,
    resourceVersion,
    app,
    number,
    variant,
    createdAt,
    expiresAt: expiryOf(annotations, createdAt),
    sleepsAt: sleepOf(annotations),
    queuedSince: time(annotations[ANNOTATIONS.queued]),
    offeredAt: time(annotations[ANNOTATIONS.called]),
    deletedSince: time(metadata.deletionTimestamp),
    annotations,
  };
}

/** The later one of what the last deploy said and what somebody has asked for since. */
export function expiryOf(annotations: Readonly<Record<string, string>>, createdAt: number): number {
  const deployed = time(annotations[ANNOTATIONS.expiresAt]) ?? createdAt + DEFAULT_TTL_MS;
  return Math.max(deployed, time(annotations[ANNOTATIONS.extendedUntil]) ?? 0);
}

function sleepOf(annotations: Readonly<Record<string, string>>): number | undefined {
  const usedAt = time(annotations[ANNOTATIONS.usedAt]);
  const after = annotations[ANNOTATIONS.sleepAfter];
  const unfit = usedAt === undefined || after === undefined || !/^\d+(s|m|h|d)$/.test(after);
  if (unfit || annotations[ANNOTATIONS.asleep] !== undefined) return undefined;
  return usedAt + parseDuration(after, ANNOTATIONS.sleepAfter);
}

/** Milliseconds since the epoch; undefined for what is no time. */
function time(text: string | undefined): number | undefined {
  const parsed = Date.parse(text ?? '');
  return Number.isNaN(parsed) ? undefined : parsed;
}

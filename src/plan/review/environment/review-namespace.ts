import { ANNOTATIONS, LABELS } from '../../../objects/names.ts';
import type { ObjectMeta } from '../../../ports.ts';
import { parseDuration } from '../../../text/duration.ts';
import { foreignLabels } from './owner.ts';

/** A namespace that is provably a review environment of a repository. */
export interface ReviewNamespace {
  name: string;
  uid: string;
  /** The version that was read; a deletion requires it. */
  resourceVersion: string;
  app: string;
  /** Pull request. */
  number: number;
  /** Variant; undefined: the environment without a name. */
  variant: string | undefined;
  /** Milliseconds since the epoch, as all times here. */
  expiresAt: number;
  /** When it is put to sleep unless it is used before; undefined: never, or it is asleep. */
  sleepsAt: number | undefined;
  /** When it joined the queue; undefined: it has a place. */
  queuedSince: number | undefined;
  /** When it was offered a place that no run has taken yet. */
  offeredAt: number | undefined;
  /** When its deletion began. */
  deletedSince: number | undefined;
  createdAt: number;
  annotations: Readonly<Record<string, string>>;
}

/** Lifetime of a namespace without expiry, which a run that was killed early leaves. */
const DEFAULT_TTL_MS = 7 * 24 * 3_600_000;

/** Selects the review environments of a repository. */
export function repositorySelector(repositoryId: number): string {
  const { managedBy, repository, pullRequest } = LABELS;
  return `${managedBy}=slipway,${repository}=${repositoryId},${pullRequest}`;
}

/**
 * Reads a namespace that the server selected by its labels, and checks them again.
 * @returns undefined if they do not prove that it is a review environment of this repository
 */
export function reviewNamespaceOf(metadata: ObjectMeta, repositoryId: number): ReviewNamespace | undefined {
  const { name, uid, resourceVersion, labels = {}, annotations = {} } = metadata;
  const app = labels[LABELS.app];
  const number = Number(/^[1-9]\d{0,8}$/.exec(labels[LABELS.pullRequest] ?? '')?.[0]);
  if (app === undefined || !Number.isInteger(number) || uid === undefined || resourceVersion === undefined) {
    return undefined;
  }
  // A repository also has namespaces for what its environments share.
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

/** The later of the expiry of the last deploy and a requested extension. */
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

/** Milliseconds since the epoch; undefined: the text is no time. */
function time(text: string | undefined): number | undefined {
  const parsed = Date.parse(text ?? '');
  return Number.isNaN(parsed) ? undefined : parsed;
}

import { imageText } from '../../objects/images.ts';
import { newestFirst, type Release, releaseId } from '../../objects/release.ts';
import type { KubeObject } from '../../ports.ts';
import type { ReleaseFacts } from './report.ts';

/** Milliseconds; a rollout takes minutes: a release that is pending for longer was killed. */
const PENDING_MS = 60 * 60_000;
/** Milliseconds; a live run renews its Lease every few seconds, and clocks differ. */
const RENEWED_WITHIN_MS = 5 * 60_000;

/** The facts about a release in the report. */
export function releaseFacts(release: Release): ReleaseFacts {
  const { outcome, images, commit, startedAt } = release;
  return { id: releaseId(release), outcome, image: imageText(images), commit, startedAt };
}

/** Releases after the last good one, the newest first. */
export function newerThan(good: Release, releases: readonly Release[]): Release[] {
  return releases.filter(({ revision }) => revision > good.revision).sort(newestFirst);
}

/**
 * Whether a rollout is in progress, so that nothing can be compared.
 * @param lease of the app and environment; undefined when it does not exist or may not be read
 */
export function isUnderWay([newest]: readonly Release[], lease: KubeObject | undefined, now: number): boolean {
  if (newest?.outcome !== 'pending') return false;
  if (lease === undefined) return now - Date.parse(newest.startedAt) < PENDING_MS;
  const { holderIdentity, renewTime } = (lease.spec ?? {}) as { holderIdentity?: string; renewTime?: string };
  return Boolean(holderIdentity) && now - Date.parse(renewTime ?? '') < RENEWED_WITHIN_MS;
}

/** A sentence about a later release, for the notes. */
export function newerSentence(release: Release): string {
  const id = releaseId(release);
  if (release.outcome === 'pending') {
    return `${id} started at ${release.startedAt} and never ended: its run was killed; its writes are reported as changes by slipway`;
  }
  if (release.outcome === 'rolled-back') return `${id} failed after that, and was rolled back`;
  return `${id} came after that and ended as ${release.outcome}; its writes are reported as changes by slipway`;
}

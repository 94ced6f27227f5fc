import { type Release, releaseId } from '../../objects/release.ts';
import type { KubeObject } from '../../ports.ts';
import type { ReleaseFacts } from './report.ts';

/** A roll-out waits for minutes, not for hours: what has been pending for longer was killed. */
const PENDING_MS = 60 * 60_000;
/** A run that lives renews its lease every few seconds; the rest is for clocks that differ. */
const RENEWED_WITHIN_MS = 5 * 60_000;

/** What the report tells of a release. */
export function releaseFacts(release: Release): ReleaseFacts {
  const { outcome, image, commit, startedAt } = release;
  return { id: releaseId(release), outcome, image, commit, startedAt };
}

/** Releases after the last good one, the newest first. */
export function newerThan(good: Release, releases: readonly Release[]): Release[] {
  return releases.filter(({ revision }) => revision > good.revision).sort((a, b) => b.revision - a.revision);
}

/**
 * Whether a roll-out is writing at this moment: then nothing can be compared.
 * @param lease of the app and environment; undefined where it is not there, or may not be read
 */
export function isUnderWay([newest]: readonly Release[], lease: KubeObject | undefined, now: number): boolean {
  if (newest?.outcome !== 'pending') return false;
  if (lease === undefined) return now - Date.parse(newest.startedAt) < PENDING_MS;
  const { holderIdentity, renewTime } = (lease.spec ?? {}) as { holderIdentity?: string; renewTime?: string };
  return Boolean(holderIdentity) && now - Date.parse(renewTime ?? '') < RENEWED_WITHIN_MS;
}

/** What a later release means for what is found. */
export function newerSentence(release: Release): string {
  const id = releaseId(release);
  if (release.outcome === 'pending') {
    return `${id} began at ${release.startedAt} and never ended: its run was killed; what it wrote is told as changes by slipway`;
  }
  if (release.outcome === 'rolled-back') return `${id} failed after that, and was rolled back`;
  return `${id} came after that and ended as ${release.outcome}; what it wrote is told as changes by slipway`;
}

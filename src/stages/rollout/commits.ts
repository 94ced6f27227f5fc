import { messageOf } from '../../errors.ts';
import type { Release } from '../../objects/release.ts';
import type { CommitsBetween, GitHub, Log } from '../../ports.ts';
import { unlessRefused } from '../unless-refused.ts';

const FULL_ID = /^[0-9a-f]{40}$/;

/**
 * The commits that a rollout would bring, for a person who decides about it; undefined if one of the two commits is not known, or GitHub
 * does not answer.
 */
export async function comingCommits(
  good: Pick<Release, 'commit'> | undefined,
  { commit }: { commit: string },
  { github, log }: { github: Pick<GitHub, 'commitsBetween'> | undefined; log: Log },
): Promise<CommitsBetween | undefined> {
  if (good === undefined || !github || good.commit === commit) return undefined;
  if (!FULL_ID.test(good.commit) || !FULL_ID.test(commit)) return undefined;
  return unlessRefused(
    () => github.commitsBetween(good.commit, commit),
    (error) => {
      log.info(`the commits that would come could not be listed: ${messageOf(error)}`);
      return undefined;
    },
  );
}

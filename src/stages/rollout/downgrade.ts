import { messageOf, Superseded, UserError } from '../../errors.ts';
import { type Release, releaseId } from '../../objects/release.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { CommitRelation, GitHub, Log } from '../../ports.ts';

/**
 * An older commit never replaces a newer one by accident. A late run ends as superseded. A run that a person started on
 * purpose fails, and its error names the input that allows the downgrade.
 * @throws Superseded or UserError when the commit is an ancestor of the one that runs
 */
export async function refuseDowngrade(
  plan: Pick<RolloutPlan, 'commit' | 'environment' | 'allowDowngrade' | 'onPurpose'>,
  good: Release | undefined,
  { github, log }: { github: Pick<GitHub, 'compare'> | undefined; log: Log },
): Promise<void> {
  if (good === undefined || good.commit === plan.commit) return;
  const relation = await relate(good.commit, plan.commit, github, log);
  const now = `${plan.environment} runs ${short(good.commit)} (${releaseId(good)})`;
  if (relation === 'diverged') log.info(`${short(plan.commit)} is not based on ${short(good.commit)}, which runs now`);
  if (relation !== 'behind') return;
  if (plan.allowDowngrade) {
    log.warning(`${now}; going back to the older ${short(plan.commit)}, as allow-downgrade says`);
    return;
  }
  const message = `${now}, which is newer than ${short(plan.commit)}`;
  if (!plan.onPurpose) throw new Superseded(message);
  throw new UserError(message, {
    remedy: 'To go back to it on purpose, set allow-downgrade: true. Migrations are not undone by it.',
  });
}

async function relate(
  base: string,
  head: string,
  github: Pick<GitHub, 'compare'> | undefined,
  log: Log,
): Promise<CommitRelation | undefined> {
  if (!github) {
    log.warning(`whether ${short(head)} is older than ${short(base)}, which runs now, is not checked: no github-token`);
    return undefined;
  }
  try {
    return await github.compare(base, head);
  } catch (error) {
    log.warning(`whether ${short(head)} is older than ${short(base)} could not be checked: ${messageOf(error)}`);
    return undefined;
  }
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

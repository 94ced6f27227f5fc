import { UserError } from '../../errors.ts';
import type { GitHub, Log } from '../../ports.ts';

/**
 * The target must be guarded by a GitHub environment with rules: a job that names one that does not exist makes a new one
 * without any.
 * @throws UserError when there is none, or none with rules
 */
export async function requireGuard(
  name: string,
  { github, log }: { github: Pick<GitHub, 'environment'> | undefined; log: Log },
): Promise<void> {
  if (!github) {
    log.warning(`whether the GitHub environment ${name} guards this promotion is not checked: no github-token`);
    return;
  }
  const environment = await github.environment(name);
  if (environment && (environment.requiredReviewers || environment.branchPolicy)) return;
  throw new UserError(
    environment
      ? `the GitHub environment ${name} has no protection rules`
      : `there is no GitHub environment ${name}: a misspelt name would run without any protection`,
    {
      remedy: `Under Settings → Environments ${environment ? 'give' : 'create'} ${name} required reviewers or a branch rule, and name it in the job (environment: ${name}).`,
    },
  );
}

import { UserError } from '../../errors.ts';
import type { EnvironmentProtection, GitHub, Log } from '../../ports.ts';

/** The promotion to guard. */
export interface Guarded {
  githubEnvironment: string;
  run: { id: string };
  /** Writes nothing: it may run before the approval, so that reviewers see the changes. */
  dryRun: boolean;
}

interface Ports {
  github: Pick<GitHub, 'environment' | 'reviewsOfRun'> | undefined;
  log: Log;
}

/**
 * A GitHub environment with rules must guard the target: a job that names a missing one creates it without rules. If it has required
 * reviewers, one of them must have approved this run: GitHub asks them only for a job that names the environment. A branch rule alone is a
 * warning, because private repositories have required reviewers only with GitHub Enterprise.
 * @returns who approves, in words
 * @throws UserError if the environment does not exist, has no rules, or nobody has approved this run
 */
export async function requireGuard(promotion: Guarded, { github, log }: Ports): Promise<string> {
  const name = promotion.githubEnvironment;
  if (!github) {
    log.warning(`the protection of the GitHub environment ${name} is not checked: no github-token`);
    return 'not known: no github-token';
  }
  const environment = await github.environment(name);
  if (!environment || !hasRules(environment)) throw unprotected(name, environment);
  if (!environment.requiredReviewers) {
    log.warning(
      `the GitHub environment ${name} has a branch rule and no required reviewers: everybody who can push to its branches can promote`,
    );
    return `nobody: the GitHub environment ${name} has no required reviewers`;
  }
  if (promotion.dryRun) return `a required reviewer of the GitHub environment ${name}`;
  return requireApproval(promotion, { github, log });
}

async function requireApproval(
  { githubEnvironment: name, run }: Guarded,
  { github, log }: { github: Pick<GitHub, 'reviewsOfRun'>; log: Log },
): Promise<string> {
  const reviews = await github.reviewsOfRun(Number(run.id));
  const approval = reviews.find(({ state, environments }) => state === 'approved' && environments.includes(name));
  if (approval) {
    log.info(`${approval.by} approved this run for ${name}`);
    return approval.by;
  }
  throw new UserError(`nobody has approved this run for the GitHub environment ${name}`, {
    details: ['nothing was written'],
    remedy: `Name the environment in the job that promotes (environment: ${name}): GitHub then waits for one of its reviewers.`,
  });
}

function hasRules({ requiredReviewers, branchPolicy }: EnvironmentProtection): boolean {
  return requiredReviewers || branchPolicy;
}

function unprotected(name: string, environment: EnvironmentProtection | undefined): UserError {
  return new UserError(
    environment
      ? `the GitHub environment ${name} has no protection rules`
      : `there is no GitHub environment ${name}: a misspelt name would run without any protection`,
    {
      remedy: `Under Settings → Environments ${environment ? 'give' : 'create'} ${name} required reviewers, and name it in the job (environment: ${name}).`,
    },
  );
}

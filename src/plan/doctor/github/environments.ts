import type { EnvironmentFacts, RepositoryFacts } from '../../../ports.ts';
import type { Expected } from '../expected.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { Gh } from './address.ts';

/** A GitHub environment that the set-up needs. */
export interface WantedEnvironment {
  name: string;
  /** A person approves its jobs: it accepts promotions, or code of forks. */
  approved: boolean;
}

/** Name of the environment of approved forks, if a job runs in it (workflows/fork-review.yml). */
const FORKS = 'fork-review';

export function wantedEnvironments({ environments }: Expected, ofJobs: readonly string[]): WantedEnvironment[] {
  const wanted = environments.map(({ gitHubEnvironment, promoted }) => ({
    name: gitHubEnvironment,
    approved: promoted,
  }));
  if (ofJobs.includes(FORKS)) wanted.push({ name: FORKS, approved: true });
  const names = [...new Set(wanted.map(({ name }) => name))];
  return names.map((name) => ({ name, approved: wanted.some((one) => one.name === name && one.approved) }));
}

/** Plans without required reviewers for private repositories. @see https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments */
const WITHOUT: readonly string[] = ['free', 'pro', 'team', 'business'];

/** @param plan undefined: GitHub does not tell it */
export function checkPlan(
  host: string,
  wanted: readonly WantedEnvironment[],
  repository: Fact<RepositoryFacts>,
  plan: Fact<string | undefined>,
): Finding {
  const found = finder('github.plan');
  if (!wanted.some(({ approved }) => approved)) return found.skipped('no environment needs an approval');
  if (host !== 'github.com') return found.ok('GitHub Enterprise has required reviewers');
  return found.of('whether the plan has required reviewers', repository, ({ isPrivate, owner }) => {
    if (!isPrivate) return found.ok('the repository is public: every plan has required reviewers');
    return found.of(`the plan of ${owner.login}`, plan, (name) => {
      if (name === undefined) {
        const [why, permission] = [
          'GitHub tells the plan to owners of the organisation alone',
          'organization administration: read',
        ];
        return found.unknown(`the plan of ${owner.login}`, { known: false, why, permission });
      }
      if (!WITHOUT.includes(name)) return found.ok(`the plan ${name} of ${owner.login} has required reviewers`);
      return found.failed(`the plan ${name} of ${owner.login} has no required reviewers for private repositories`, {
        advice:
          'Use GitHub Enterprise Cloud, or a public repository. Otherwise everybody who can push the default branch can promote.',
      });
    });
  });
}

export interface EnvironmentCheck {
  wanted: WantedEnvironment;
  facts: Fact<EnvironmentFacts | undefined>;
  defaultBranch: string;
  /** Who becomes the reviewer; undefined: nobody is known. */
  reviewer: number | undefined;
  gh: Gh;
}

export function checkEnvironment(check: EnvironmentCheck): Finding[] {
  const { wanted, facts, defaultBranch } = check;
  const { name } = wanted;
  const [exists, guarded] = [finder('github.environment', name), finder('github.protection', name)];
  const fix = protect(check);
  const advice =
    wanted.approved && check.reviewer === undefined ? { advice: 'Replace REVIEWER_ID by the id of a person.' } : {};
  if (!facts.known) {
    return [
      exists.unknown(`GitHub environment ${name}`, facts),
      guarded.unknown(`rules of GitHub environment ${name}`, facts),
    ];
  }
  const { value } = facts;
  if (value === undefined) {
    const message = `GitHub environment ${name} does not exist; the first job that names it would create it without rules`;
    return [
      exists.failed(message, { fix, ...advice }),
      guarded.skipped(`GitHub environment ${name} does not exist yet`),
    ];
  }
  const problems = [
    ...(isRestricted(value, defaultBranch) ? [] : [`it admits ${admitted(value)}, instead of ${defaultBranch} alone`]),
    ...(wanted.approved && value.reviewers.length === 0 ? ['it has no required reviewers'] : []),
  ];
  const there = exists.ok(`GitHub environment ${name} exists`);
  if (problems.length > 0)
    return [there, guarded.failed(`GitHub environment ${name}: ${problems.join('; ')}`, { fix, ...advice })];
  const reviewers = value.reviewers.length > 0 ? `, and has ${value.reviewers.length} reviewers` : '';
  return [there, guarded.ok(`GitHub environment ${name} admits ${admitted(value)}${reviewers}`)];
}

/** Protected branches are left to their rules. */
function isRestricted({ branches }: EnvironmentFacts, defaultBranch: string): boolean {
  if (branches === 'protected') return true;
  return branches !== 'all' && branches.length > 0 && branches.every((pattern) => pattern === defaultBranch);
}

function admitted({ branches }: EnvironmentFacts): string {
  if (branches === 'all') return 'every branch';
  return branches === 'protected' ? 'protected branches' : branches.join(', ') || 'no branch';
}

/** The request replaces all rules, so that it repeats those that stay. */
function protect({ wanted, facts, defaultBranch, reviewer, gh }: EnvironmentCheck): string {
  const path = `environments/${encodeURIComponent(wanted.name)}`;
  const live = facts.known ? facts.value : undefined;
  const own = { type: 'User', id: reviewer ?? 'REVIEWER_ID' };
  const reviewers = live && live.reviewers.length > 0 ? live.reviewers : wanted.approved ? [own] : [];
  const isRight = live !== undefined && isRestricted(live, defaultBranch);
  const isProtected = isRight && live.branches === 'protected';
  const body = {
    ...(reviewers.length > 0 ? { reviewers } : {}),
    ...(live && live.waitTimer > 0 ? { wait_timer: live.waitTimer } : {}),
    deployment_branch_policy: { protected_branches: isProtected, custom_branch_policies: !isProtected },
  };
  const admit = gh.api('POST', `${path}/deployment-branch-policies`, '-f', `name=${defaultBranch}`);
  return [gh.send('PUT', path, body), ...(isRight ? [] : [admit])].join('\n');
}

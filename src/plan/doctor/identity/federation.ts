import { evaluate } from '@marcbachmann/cel-js';
import { messageOf } from '../../../errors.ts';
import { isIssuer, issuerOf } from '../../../event/issuer.ts';
import type { IdentityProvider, RepositoryFacts, RoleMembers } from '../../../ports.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import { command } from '../shell.ts';
import { bothForms, type Claims, type GoogleJob } from './claims.ts';

/** @param name projects/…/providers/… */
export function checkProvider(name: string, host: string, provider: Fact<IdentityProvider | undefined>): Finding {
  const found = finder('identity.provider', name);
  return found.of('the provider', provider, (given) => {
    if (given === undefined) {
      return found.failed('the provider does not exist', {
        advice: 'Create it (docs/google-cloud.md, step 3), or correct the variable SLIPWAY_IDENTITY_PROVIDER.',
      });
    }
    if (given.disabled || given.state !== 'ACTIVE') {
      const isDeleted = given.state === 'DELETED';
      const verb = isDeleted ? ['undelete', name] : ['update-oidc', name, '--no-disabled'];
      return found.failed(`the provider is ${isDeleted ? 'deleted' : 'disabled'}`, {
        fix: command('gcloud', 'iam', 'workload-identity-pools', 'providers', ...verb),
      });
    }
    const issuer = issuerOf(`https://${host}`);
    if (given.issuer === issuer) return found.ok('the provider exists, and trusts GitHub');
    if (isIssuer(given.issuer ?? '', issuer))
      return found.ok(
        `the provider exists, and trusts GitHub for an enterprise with an issuer of its own: ${given.issuer}`,
      );
    return found.failed(`the provider trusts ${given.issuer ?? 'no OIDC issuer'}, not ${issuer}`, {
      fix: command(
        'gcloud',
        'iam',
        'workload-identity-pools',
        'providers',
        'update-oidc',
        name,
        `--issuer-uri=${issuer}`,
      ),
    });
  });
}

/** Whether a condition admits a token; `why`: it cannot be evaluated here. */
function admits(condition: string, claims: Claims): boolean | { why: string } {
  if (condition.trim() === '') return true;
  try {
    return evaluate(condition, { assertion: claims }) === true;
  } catch (error) {
    // A claim that the token lacks is an error in CEL, and the credential is refused.
    const why = messageOf(error);
    return /no such key/i.test(why) ? false : { why };
  }
}

/** The attribute condition, tried with the tokens of the jobs and of strangers. */
export function checkCondition(
  name: string,
  { condition }: Pick<IdentityProvider, 'condition'>,
  jobs: readonly GoogleJob[],
  repository: RepositoryFacts,
): Finding {
  const found = finder('identity.condition', name);
  const fix = command(
    'gcloud',
    'iam',
    'workload-identity-pools',
    'providers',
    'update-oidc',
    name,
    `--attribute-condition=${conditionFor(repository)}`,
  );
  const evidence = [`the condition is ${condition || 'empty'}`];
  const own = jobs.flatMap(({ place, claims }) => claims.map((one) => ({ place, claims: one })));
  const answers = [
    ...own.map(({ place, claims }) => ({
      what: `refuses ${place} (${claims.event_name}, sub ${claims.sub})`,
      wanted: true,
      answer: admits(condition, claims),
    })),
    ...strangers(repository).map(({ what, claims }) => ({
      what: `admits ${what}`,
      wanted: false,
      answer: admits(condition, claims),
    })),
  ];
  const broken = answers.find(({ answer }) => typeof answer === 'object');
  if (broken && typeof broken.answer === 'object') {
    return found.unknown(
      'the attribute condition',
      { known: false, why: broken.answer.why, permission: undefined },
      'Compare it with docs/google-cloud.md.',
    );
  }
  const [wrong] = answers.filter(({ wanted, answer }) => answer !== wanted);
  if (wrong) return found.failed(`the attribute condition ${wrong.what}`, { fix, evidence });
  return found.ok(`the attribute condition admits ${jobs.length} jobs of this repository, and no stranger`, evidence);
}

/** The condition of docs/google-cloud.md. */
function conditionFor({ id, owner, defaultBranch }: RepositoryFacts): string {
  return `assertion.repository_owner_id == '${owner.id}' && assertion.repository_id == '${id}' && (assertion.ref == 'refs/heads/${defaultBranch}' || assertion.event_name == 'pull_request')`;
}

/** Tokens that must be refused. */
function strangers(repository: RepositoryFacts): { what: string; claims: Claims }[] {
  const { owner } = repository;
  const run = { event: 'push', environment: undefined };
  const another = { ...repository, id: repository.id + 1, owner: { ...owner, id: owner.id + 1 } };
  const stranger = { ...another, fullName: 'stranger/repository' };
  const others = [
    ...bothForms(run, stranger).map((claims) => ({ what: 'every repository on GitHub', claims })),
    ...bothForms(run, { ...another, fullName: `${owner.login}/another`, owner }).map((claims) => ({
      what: `every repository of ${owner.login}`,
      claims,
    })),
    ...bothForms(run, another).map((claims) => ({
      what: `whoever takes over the name ${repository.fullName}`,
      claims,
    })),
  ];
  const branch = bothForms(run, { ...repository, defaultBranch: 'feature' });
  return [...others, ...branch.map((claims) => ({ what: 'a push to any branch, as if it were merged', claims }))];
}

const USER = 'roles/iam.workloadIdentityUser';

/** The groups (and the identity) that a token becomes in the pool. */
function principalsOf(provider: string, mapping: Readonly<Record<string, string>>, claims: Claims): string[] {
  const pool = `iam.googleapis.com/${provider.split('/providers/')[0]}`;
  const mapped = Object.entries(mapping).flatMap(([name, expression]) => {
    try {
      const value = String(evaluate(expression, { assertion: claims }));
      return [
        name === 'google.subject' ? `principal://${pool}/subject/${value}` : `principalSet://${pool}/${name}/${value}`,
      ];
    } catch {
      return [];
    }
  });
  return [...mapped, `principalSet://${pool}/*`];
}

export interface BindingCheck {
  /** Name of the provider. */
  provider: string;
  mapping: Readonly<Record<string, string>>;
  /** E-mail address. */
  account: string;
  /** All jobs that sign in with this provider. */
  jobs: readonly GoogleJob[];
  policy: Fact<RoleMembers[] | undefined>;
}

/** Whether the jobs that name a service account may use it, and jobs of pull requests may not use that of an environment. */
export function checkBinding({ provider, mapping, account, jobs, policy }: BindingCheck): Finding[] {
  const found = finder('identity.binding', account);
  if (!policy.known) return [found.unknown(`who may use ${account}`, policy)];
  if (policy.value === undefined) {
    const [name = '', domain = ''] = account.split('@');
    return [
      found.failed(`service account ${account} does not exist`, {
        fix: command('gcloud', 'iam', 'service-accounts', 'create', name, `--project=${projectOf(domain)}`),
      }),
    ];
  }
  const members = policy.value.filter(({ role }) => role === USER).flatMap((binding) => binding.members);
  const own = jobs.filter((job) => job.account === account);
  const isShared = own.some(({ isPullRequest }) => isPullRequest);
  const missing = own.flatMap((job) =>
    job.claims.flatMap((claims) => {
      const principals = principalsOf(provider, mapping, claims);
      return principals.some((one) => members.includes(one)) ? [] : [{ job, member: grantable(principals) }];
    }),
  );
  const intruders = isShared
    ? []
    : pullRequests(jobs).flatMap((claims) =>
        principalsOf(provider, mapping, claims).filter((member) => members.includes(member)),
      );
  const bind = (verb: string, member: string) =>
    command(
      'gcloud',
      'iam',
      'service-accounts',
      verb,
      account,
      `--project=${projectOf(account)}`,
      `--role=${USER}`,
      `--member=${member}`,
    );
  const findings = [...new Set(intruders)].map((member) =>
    found.failed('jobs of pull requests, whose workflow is their own, may use it', {
      fix: bind('remove-iam-policy-binding', member),
      evidence: [member],
    }),
  );
  const wanted = [...new Map(missing.map((one) => [one.member, one])).values()];
  findings.push(
    ...wanted.map(({ job, member }) =>
      member === undefined
        ? found.failed(`${job.place} may not use it`, {
            advice: 'Map an attribute, as docs/google-cloud.md does, and bind it.',
          })
        : found.failed(`${job.place} may not use it`, { fix: bind('add-iam-policy-binding', member) }),
    ),
  );
  return findings.length > 0 ? findings : [found.ok(`${own.map(({ place }) => place).join('; ')} may use it`)];
}

/** The tokens that a pull request can get: its workflow is its own, so that its jobs can name any environment. */
function pullRequests(jobs: readonly GoogleJob[]): Claims[] {
  const environments = jobs.flatMap(({ claims }) => claims.flatMap(({ environment }) => environment ?? []));
  const own = jobs.filter(({ isPullRequest }) => isPullRequest).flatMap(({ claims }) => claims);
  return own.flatMap((claims) => [
    claims,
    ...[...new Set(environments)].map((environment) => ({ ...claims, environment })),
  ]);
}

/** The group to bind: that of the guide, else the first attribute. */
function grantable(principals: readonly string[]): string | undefined {
  return (
    principals.find((one) => one.includes('/attribute.stage/')) ?? principals.find((one) => one.includes('/attribute.'))
  );
}

function projectOf(account: string): string {
  return account.replace(/^.*@/, '').replace(/\.iam\.gserviceaccount\.com$/, '');
}

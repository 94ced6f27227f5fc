import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../src/plan/doctor/fact.ts';
import { checkRepository } from '../../../../src/plan/doctor/github/actions.ts';
import { Gh, gitHubAddress } from '../../../../src/plan/doctor/github/address.ts';
import { checkEnvironment, checkPlan } from '../../../../src/plan/doctor/github/environments.ts';
import { checkNames } from '../../../../src/plan/doctor/github/names.ts';
import type { RepositoryFacts } from '../../../../src/ports.ts';

describe('the repository on GitHub', () => {
  it.each([
    ['https://github.com/acme/parking.git', 'github.com', 'acme/parking', 'https://api.github.com'],
    ['git@github.com:acme/parking.git', 'github.com', 'acme/parking', 'https://api.github.com'],
    ['ssh://git@git.acme.dev:2222/acme/parking', 'git.acme.dev', 'acme/parking', 'https://git.acme.dev/api/v3'],
    ['https://token@acme.ghe.com/acme/parking', 'acme.ghe.com', 'acme/parking', 'https://api.acme.ghe.com'],
  ])('of %s', (origin, host, repository, apiUrl) => {
    expect(gitHubAddress({}, origin)).toEqual({ host, repository, apiUrl });
  });

  it('is that of the job, before the remote', () => {
    const env = {
      GITHUB_REPOSITORY: 'a/b',
      GITHUB_SERVER_URL: 'https://git.acme.dev',
      GITHUB_API_URL: 'https://git.acme.dev/api/v3',
    };
    const address = gitHubAddress(env, 'https://github.com/c/d');
    expect(address).toMatchObject({ host: 'git.acme.dev', repository: 'a/b' });
    expect(gitHubAddress({}, undefined)).toBeUndefined();
    expect(gitHubAddress({}, '/srv/git/parking.git')).toBeUndefined();
  });

  const facts: RepositoryFacts = {
    id: 1,
    fullName: 'acme/parking',
    isPrivate: true,
    owner: { login: 'acme', id: 2, isOrganisation: true },
    defaultBranch: 'main',
  };

  it('may have moved', () => {
    const address = { host: 'github.com', apiUrl: 'https://api.github.com', repository: 'old/parking' };
    expect(checkRepository(address, known(facts)).fix).toContain('git remote set-url origin');
  });

  it.each([
    ['a private repository of the plan team', true, 'team', 'failed'],
    ['one of the plan enterprise', true, 'enterprise', 'ok'],
    ['one whose plan is hidden', true, undefined, 'unknown'],
    ['a public one', false, undefined, 'ok'],
  ])('%s: %s %s', (_, isPrivate, plan, status) => {
    const wanted = [{ name: 'production', approved: true }];
    expect(checkPlan('github.com', wanted, known({ ...facts, isPrivate }), known(plan)).status).toBe(status);
    expect(checkPlan('github.com', [{ name: 'staging', approved: false }], known(facts), known(plan)).status).toBe(
      'skipped',
    );
    expect(checkPlan('git.acme.dev', wanted, known(facts), known(plan)).status).toBe('ok');
  });

  it.each([
    ['SLIPWAY_KUBECONFIG', 'the account of reviews'],
    ['SLIPWAY_CLEAN_KUBECONFIG', 'the account slipway-clean'],
  ])('says whose kubeconfig the secret %s is', (name, account) => {
    const gh = new Gh({ host: 'github.com', apiUrl: '', repository: 'acme/parking' });
    const scope = { environment: undefined, names: [name] };
    const expected = { environments: [], review: undefined };
    const [finding] = checkNames({ kind: 'secret', scope, own: known([]), shared: known([]), expected, gh });
    expect(finding?.advice).toContain(account);
  });

  it('gets the commands of its host', () => {
    const gh = new Gh({ host: 'git.acme.dev', apiUrl: '', repository: 'acme/parking' });
    expect(gh.api('PUT', 'x')).toBe('gh api --hostname git.acme.dev -X PUT repos/acme/parking/x');
    expect(gh.set('variable', 'A', 'staging')).toBe('gh variable set A --env staging --repo git.acme.dev/acme/parking');
  });

  it('keeps the rules of an environment that are right', () => {
    const gh = new Gh({ host: 'github.com', apiUrl: '', repository: 'acme/parking' });
    const live = {
      name: 'production',
      reviewers: [{ type: 'Team' as const, id: 9 }],
      waitTimer: 5,
      branches: 'all' as const,
    };
    const check = { wanted: { name: 'production', approved: true }, defaultBranch: 'main', reviewer: 7, gh };
    const [, guarded] = checkEnvironment({ ...check, facts: known(live) });
    expect(guarded?.fix).toContain('"reviewers":[{"type":"Team","id":9}],"wait_timer":5');
    const [exists, rules] = checkEnvironment({ ...check, facts: known(undefined) });
    expect(exists?.fix).toContain('"reviewers":[{"type":"User","id":7}]');
    expect(rules?.status).toBe('skipped');
    const hidden = checkEnvironment({ ...check, facts: unknown('forbidden', 'actions: read') });
    expect(hidden.map(({ permission }) => permission)).toEqual(['actions: read', 'actions: read']);
  });
});

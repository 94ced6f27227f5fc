import { describe, expect, it } from 'vitest';
import { documentedSetup, POOL, PUSH_TO_MAIN } from '../../../support/google/acme.ts';
import { claimsOf, type Job } from '../../../support/google/github-oidc.ts';
import { principalFor } from '../../../support/google/workload-identity.ts';

/** G10: who gets in by the condition and the mapping of docs/google-cloud.md, and as which stage. */
const { provider, accounts } = documentedSetup();
const { environment: _staging, ...onMain } = PUSH_TO_MAIN;
const pullRequest = { ...onMain, event: 'pull_request', ref: 'refs/pull/7/merge' };

/** The service accounts that the job may act as, by stage; undefined: not admitted, or admitted and may act as none. */
function stageOf(job: Job): string | undefined {
  try {
    const { sets } = principalFor(claimsOf(job), provider);
    const may = accounts.filter(({ users }) => users.some((user) => sets.includes(user)));
    return may.map(({ email }) => email.replace(/^slipway-|@.*$/g, '')).join(' or ') || undefined;
  } catch {
    return undefined;
  }
}

const TABLE: [what: string, job: Omit<Job, 'immutableSubject'>, stage: string | undefined][] = [
  ['a push to main, staging', PUSH_TO_MAIN, 'staging'],
  ['main, production', { ...PUSH_TO_MAIN, event: 'workflow_dispatch', environment: 'production' }, 'production'],
  ['main, no environment', { ...onMain, event: 'workflow_dispatch' }, 'review or plan'],
  ['a pull request', pullRequest, 'review'],
  ['a pull request that was merged', { ...pullRequest, ref: 'refs/heads/main' }, 'review'],
  ['the reaper on a schedule', { ...onMain, event: 'schedule' }, 'review or plan'],
  ['a command in a comment', { ...onMain, event: 'issue_comment' }, 'review or plan'],
  ['an approved fork', { ...onMain, event: 'workflow_run', environment: 'fork-review' }, 'review'],
  // What must not get further than it should.
  ['a pull request that names production', { ...pullRequest, environment: 'production' }, 'review'],
  ['another branch, staging', { ...PUSH_TO_MAIN, ref: 'refs/heads/feature' }, undefined],
  ['another branch, production', { ...PUSH_TO_MAIN, ref: 'refs/heads/main-2', environment: 'production' }, undefined],
  ['a branch called like main', { ...PUSH_TO_MAIN, ref: 'refs/heads/refs/heads/main' }, undefined],
  ['a tag called main', { ...PUSH_TO_MAIN, ref: 'refs/tags/main' }, undefined],
  ['an environment nobody set up', { ...PUSH_TO_MAIN, environment: 'producton' }, undefined],
  ['another repository of the owner', { ...PUSH_TO_MAIN, repository: 'other', repositoryId: 9 }, undefined],
  ['the name, taken by another owner', { ...PUSH_TO_MAIN, ownerId: 666, repositoryId: 667 }, undefined],
  ['the ids swapped', { ...PUSH_TO_MAIN, ownerId: 800200300, repositoryId: 4100100 }, undefined],
  ['the id as the beginning of a longer one', { ...PUSH_TO_MAIN, repositoryId: 8002003001 }, undefined],
  ['a pull request elsewhere', { ...pullRequest, ownerId: 666, repositoryId: 667 }, undefined],
];

describe.each([
  ['repo:owner@id/name@id', true],
  ['repo:owner/name', false],
])('with sub in the form %s', (_form, immutableSubject) => {
  it.each(TABLE)('%s', (_what, job, stage) => {
    expect(stageOf({ ...job, immutableSubject })).toBe(stage);
  });
});

describe('the mapped attributes', () => {
  it('keep google.subject within 127 bytes, which sub would not be', () => {
    const ref = `refs/heads/${'long-'.repeat(40)}`;
    const claims = claimsOf({ ...pullRequest, event: 'pull_request', ref, immutableSubject: true });
    const { subject } = principalFor(claims, provider);
    expect(subject).toBe(`principal://iam.googleapis.com/${POOL}/subject/800200300/16000000001`);
    const bySub = { ...provider, mapping: { 'google.subject': 'assertion.sub' }, condition: 'true' };
    const push = claimsOf({ ...onMain, ref, immutableSubject: true });
    expect(() => principalFor(push, bySub)).toThrow('exceeds the 127 bytes limit');
  });

  it('have both forms of sub in the table above', () => {
    expect(claimsOf(PUSH_TO_MAIN).sub).toBe('repo:acme@4100100/parking@800200300:environment:staging');
    expect(claimsOf({ ...PUSH_TO_MAIN, immutableSubject: false }).sub).toBe('repo:acme/parking:environment:staging');
  });
});

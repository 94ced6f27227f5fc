import { describe, expect, it } from 'vitest';
import { originOf } from '../../../../src/plan/evidence/trust.ts';
import type { JobIdentity } from '../../../../src/ports.ts';
import { job, pullRequestJob } from '../../../support/unit/memory-evidence.ts';

const here = { repositoryId: 7, defaultBranch: 'main', sha: 'merged' };

describe('S3: whom a statement comes from', () => {
  it.each<[string, JobIdentity, string]>([
    ['a push to main', job(), 'default-branch'],
    ['a run by hand on main', job({ event: 'workflow_dispatch' }), 'default-branch'],
    ['another branch', job({ ref: 'refs/heads/evil' }), 'tree'],
    ['a tag', job({ ref: 'refs/tags/main' }), 'tree'],
    ['a pull request', pullRequestJob(), 'tree'],
    ['a pull request whose ref reads as main', pullRequestJob({ ref: 'refs/heads/main' }), 'tree'],
    ['a merge queue', job({ event: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-12' }), 'tree'],
  ])('%s', (_who, identity, origin) => expect(originOf(identity, here)).toBe(origin));

  it.each<[string, JobIdentity, RegExp]>([
    ['another repository', job({ repositoryId: '8', repository: 'mallory/parking' }), /repository mallory\/parking/],
    ['a new repository of the same name', job({ repositoryId: '8' }), /acme\/parking with the id 8, and not 7/],
    ['a workflow of another repository', job({ workflow: 'mallory/x/.github/workflows/main.yml@main' }), /mallory/],
    ['a workflow of another commit', job({ workflowSha: 'other' }), /another commit/],
    ['the base of a pull request', job({ event: 'pull_request_target' }), /on pull_request_target/],
    ['a comment', job({ event: 'issue_comment' }), /on issue_comment/],
    ['a run for a fork', job({ event: 'workflow_run' }), /on workflow_run/],
    ['a runner of one’s own, outside of main', pullRequestJob({ hosted: false }), /a runner of your own/],
  ])('is nobody to believe: %s', (_who, identity, reason) => {
    expect(originOf(identity, here)).toMatchObject({ refused: expect.stringMatching(reason) });
  });

  it('is main on a runner of one’s own as well', () => {
    expect(originOf(job({ hosted: false }), here)).toBe('default-branch');
  });
});

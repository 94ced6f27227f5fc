import { describe, expect, it } from 'vitest';
import { Superseded, UserError } from '../../../../src/errors.ts';
import type { WorkflowRunEvent } from '../../../../src/event/pipeline-event.ts';
import { approvedBy, forkRefusal } from '../../../../src/plan/fork-rules.ts';
import { forkTag, tagsOf } from '../../../../src/plan/images/tags.ts';
import { type PushPlan, planPushes } from '../../../../src/plan/push-plan.ts';
import { reviewTask } from '../../../../src/plan/review/operation.ts';
import { planReviewUp } from '../../../../src/plan/review-plan.ts';
import type { EnvironmentReview, ListedPullRequest } from '../../../../src/ports.ts';
import { proveApproval } from '../../../../src/stages/review/approval.ts';
import { byHand, configOf, reviewInputsOf } from '../../../support/unit/review.ts';

const { tag: _, inputs: _1, ...common } = byHand();
const FORK = 777;
const ended = (overrides: Partial<WorkflowRunEvent> = {}): WorkflowRunEvent => ({
  ...common,
  kind: 'workflow-run',
  succeeded: true,
  headRepositoryId: FORK,
  fork: true,
  approval: undefined,
  ...overrides,
});
const APPROVAL = { number: 7, by: 'mona' };
const review = (state: EnvironmentReview['state'], ...environments: string[]): EnvironmentReview => ({
  environments,
  state,
  by: 'mona',
});
const pull = (overrides: Partial<ListedPullRequest> = {}): ListedPullRequest => ({
  number: 7,
  state: 'open',
  headSha: common.sha,
  headRepositoryId: FORK,
  ...overrides,
});
const prove = (reviews: EnvironmentReview[], pulls: ListedPullRequest[], environment: string | undefined = 'forks') =>
  proveApproval(ended(), environment, {
    reviewsOfRun: async (run) => (run === Number(common.run.id) ? reviews : []),
    openPullRequests: async () => pulls,
  });

const planPush = (...given: Parameters<typeof planPushes>) => planPushes(...given)[0] as PushPlan;

describe('R8: the approval of a fork’s commit', () => {
  it('is that of this run, for the environment of its job', () => {
    expect(approvedBy([review('approved', 'staging', 'Forks')], 'forks')).toBe('mona');
    expect(approvedBy([review('approved', 'staging')], 'forks')).toBeUndefined();
    expect(approvedBy([review('rejected', 'forks'), review('pending', 'forks')], 'forks')).toBeUndefined();
  });

  it('belongs to the open pull request whose head the commit is, in that very fork', async () => {
    const others = [pull({ number: 3, headSha: 'f'.repeat(40) }), pull({ number: 4, headRepositoryId: 778 })];
    expect(await prove([review('approved', 'forks')], [...others, pull({ number: 9 }), pull()])).toEqual(APPROVAL);
  });

  it('is void after a push, or when the pull request was closed', async () => {
    const moved = prove([review('approved', 'forks')], [pull({ headSha: 'f'.repeat(40) })]);
    await expect(moved).rejects.toThrow(Superseded);
    await expect(moved).rejects.toThrow(/the approval by mona is void: it was for commit 9f2c4b7d9f2c alone/);
  });

  it('is not given by an environment without reviewers, nor without one', async () => {
    await expect(prove([], [pull()])).rejects.toThrow(/nobody has approved this run/);
    await expect(prove([review('approved', 'forks')], [pull()], '')).rejects.toThrow(UserError);
  });
});

describe('R7: what an approval is good for', () => {
  it('nothing is built, tested or rolled out where the secrets are', () => {
    for (const stage of ['build-image', 'run-tests', 'rolling-update', 'promote'] as const) {
      expect(forkRefusal(stage, ended()), stage).toMatchObject({ misuse: true });
    }
    for (const stage of ['push-to-registry', 'review-environment'] as const) {
      expect(forkRefusal(stage, ended()), stage).toBeUndefined();
      expect(forkRefusal(stage, ended({ fork: false })), stage).toMatchObject({ misuse: false });
      expect(forkRefusal(stage, ended({ succeeded: false })), stage).toMatchObject({ misuse: false });
    }
  });

  it('to bring up that pull request, and nothing else', () => {
    const event = ended({ approval: APPROVAL });
    expect(reviewTask(reviewInputsOf(), event)).toEqual({ operation: 'up', number: 7 });
    expect(() => reviewTask(reviewInputsOf(), ended())).toThrow(/only after an approval of its run/);
    expect(() => reviewTask(reviewInputsOf({ number: 8 }), event)).toThrow(/pull request #7, and not/);
    for (const operation of ['reset-database', 'down', 'sleep', 'template'] as const) {
      expect(() => reviewTask(reviewInputsOf({ operation }), event)).toThrow(`\`operation: ${operation}\``);
    }
    const plan = planReviewUp(reviewInputsOf(), configOf('review: {}'), event, 7, undefined);
    expect(plan).toMatchObject({ commit: common.sha, approved: common.sha, approvedBy: 'mona' });
  });

  it('to push its archive under a tag that no commit of the repository has', () => {
    const event = ended({ approval: APPROVAL });
    const inputs = {
      image: undefined,
      archive: '/tmp/fork/image.tar',
      approvedIn: 'forks',
      repository: undefined,
      tags: [],
    };
    const plan = planPush(inputs, configOf(), event, undefined);
    expect(plan).toMatchObject({
      archive: '/tmp/fork/image.tar',
      tags: [{ name: forkTag(common.sha), kind: 'moving' }],
    });
    const refused: [typeof inputs, WorkflowRunEvent][] = [
      [inputs, ended()],
      [{ ...inputs, archive: undefined as never }, event],
      [{ ...inputs, tags: ['main'] as never[] }, event],
      [{ ...inputs, image: 'parking' as never }, event],
    ];
    for (const [given, at] of refused)
      expect(() => planPush(given, configOf(), at, undefined)).toThrow(/from an `archive`/);
    expect(() => planPush(inputs, configOf(), byHand(), undefined)).toThrow(/`archive` is for/);
    expect(tagsOf({ ...byHand(), branch: forkTag(common.sha) })).toContain(`branch-${forkTag(common.sha)}`);
  });
});

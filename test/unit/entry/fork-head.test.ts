import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/entry/context.ts';
import { refuseForkHead } from '../../../src/entry/fork-head.ts';
import { UserError } from '../../../src/errors.ts';
import { forkHeadOf, forkRefusal } from '../../../src/plan/fork-rules.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { byHand } from '../../support/unit/review.ts';

const open = (headSha: string, headRepositoryId: number | undefined) => ({
  number: 7,
  state: 'open' as const,
  headSha,
  headRepositoryId,
});
describe('SEC-23: code of a fork on events with secrets', () => {
  it('is neither built nor tested on a comment', () => {
    const comment = { ...byHand(), kind: 'comment', number: 7, onPullRequest: true } as never;
    for (const stage of ['build-image', 'run-tests'] as const) {
      expect(forkRefusal(stage, comment)).toMatchObject({
        misuse: true,
        reason: expect.stringContaining('issue_comment'),
      });
    }
    expect(forkRefusal('review-environment', comment)).toBeUndefined();
  });

  it('is known by the head of an open pull request of another repository, also of one that is gone', () => {
    expect(forkHeadOf('aa', [open('aa', 2)], 1)?.number).toBe(7);
    expect(forkHeadOf('aa', [open('aa', undefined)], 1)?.number).toBe(7);
    expect(forkHeadOf('aa', [open('aa', 1), open('bb', 2)], 1)).toBeUndefined();
  });

  const run = () => {
    const log = memoryLog();
    return { log, event: () => byHand({ sha: 'main' }) } as unknown as Run & { log: typeof log };
  };

  it('is refused on workflow_dispatch; another commit of the repository is not', async () => {
    const github = { openPullRequests: async () => [open('fork', 2), open('own', 424_242)] };
    const refused = refuseForkHead(run(), 'fork', github);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow('the head of pull request #7, which comes from a fork');
    for (const head of ['own', 'old', 'main']) await refuseForkHead(run(), head, github);
  });

  it('is warned of where GitHub may not be asked', async () => {
    const github = { openPullRequests: () => Promise.reject(new Error('pull-requests: read is missing')) };
    const own = run();
    await refuseForkHead(own, 'other', github);
    expect(own.log.lines.join()).toContain('comes from a fork: pull-requests: read is missing');
  });
});

import { describe, expect, it } from 'vitest';
import { Superseded, UserError } from '../../../../src/errors.ts';
import type { ReviewUpPlan } from '../../../../src/plan/review-plan.ts';
import type { ReviewPorts } from '../../../../src/stages/review/ports.ts';
import { readPullRequest } from '../../../../src/stages/review/pull-request.ts';
import { testEnvironment } from '../../../../src/stages/review/test-environment.ts';
import type { Unopened } from '../../../../src/stages/review/work.ts';
import { Steps } from '../../../../src/stages/steps.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';
import { stateOf } from '../../../support/unit/review.ts';

const [APPROVED, PUSHED] = ['a'.repeat(40), 'b'.repeat(40)];
const FORK = 777;
const log = memoryLog();

describe('an approved commit of a fork', () => {
  const read = (headSha: string, approvedBy: string | undefined) => {
    const plan = { owner: { number: 7, repositoryId: 1 }, commit: APPROVED, approved: APPROVED, approvedBy };
    const pull = { number: 7, state: 'open', headSha, headRepositoryId: FORK };
    const github = { pullRequest: async () => pull };
    return readPullRequest(plan as unknown as ReviewUpPlan, { github, log } as unknown as ReviewPorts);
  };

  it('is brought up', async () => {
    expect(await read(APPROVED, 'mona')).toEqual({ kind: 'open', commit: APPROVED, fork: true });
  });

  it('R8: that is not the head any more steps aside in its own run, and is refused where a comment asked for it', async () => {
    await expect(read(PUSHED, 'mona')).rejects.toThrow(Superseded);
    const asked = read(PUSHED, undefined);
    await expect(asked).rejects.toThrow(UserError);
    await expect(asked).rejects.toThrow('the approval was for');
  });

  it('R7: its database is not reset without a commit, and the way to begin anew is told', async () => {
    const reset = (resetDatabase: boolean) => {
      const plan = { owner: { number: 7, repositoryId: 1 }, resetDatabase };
      const pull = { number: 7, state: 'open', headSha: APPROVED, headRepositoryId: FORK };
      const github = { pullRequest: async () => pull };
      return readPullRequest(plan as unknown as ReviewUpPlan, { github, log } as unknown as ReviewPorts);
    };
    const refused = await reset(true).catch((error: unknown) => error as UserError);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toMatchObject({ remedy: expect.stringMatching(/`\/review down`.*`\/review up <full commit id>`/) });
    expect(String(refused)).not.toContain('gets no review environment');
    await expect(reset(false)).rejects.toThrow('gets no review environment');
  });

  it.each([true, false])(
    'R7: its image runs in the environment, and not on the runner for tests (fork: %s)',
    async (fork) => {
      const ran: string[] = [];
      let state = stateOf();
      const runTests = async () => {
        ran.push('tests');
        return { stage: 'run-tests', outcome: 'succeeded', headline: 'passed' };
      };
      const work = {
        plan: { tests: ['api'] },
        ports: { runTests },
        steps: new Steps(log, new StepClock()),
        commit: APPROVED,
        fork,
        update: (known: (before: typeof state) => Partial<typeof state>) => {
          state = { ...state, ...(typeof known === 'function' ? known(state) : known) };
        },
      } as unknown as Unopened;
      await testEnvironment(work, { url: 'https://pr-7.example.dev', images: { parking: 'i' } });
      expect(ran).toEqual(fork ? [] : ['tests']);
      expect(state.notes.join('\n').includes('were not run: the code is of a fork')).toBe(fork);
    },
  );
});

import { beforeEach, describe, expect, it } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { doubleOfEachTest, onePullRequest } from '../../support/github-double/each-test.ts';
import { image, planOf, World } from '../../support/kube/world.ts';

const MARKER = '<!-- slipway:diff:parking:staging -->';

describe('what a dry run would change, on the pull request', () => {
  const double = doubleOfEachTest(onePullRequest);
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  /** A dry run of this image for pull request 1. */
  const tell = (digit: number, token = double.token, environment = 'staging') => {
    const { apiUrl, repository } = double;
    const { clock, log } = world;
    const signal = world.cancel.signal;
    const redact = (text: string) => text.replaceAll('hunter2', '***');
    const github = createGitHub({ token, apiUrl, repository, clock, log, signal, redact });
    const plan = planOf(digit, { dryRun: true, commentOn: { number: 1 }, environment, commit: `${digit}`.repeat(40) });
    return runRollingUpdate(plan, { ...world.ports(), github });
  };
  const bodies = () => double.actor.comments(1).map(({ body }) => body);

  it('is one comment for each environment, kept up to date', async () => {
    expect((await tell(1)).annotations).toEqual([]);
    await tell(2);
    await tell(2, double.token, 'demo');
    expect(bodies()).toHaveLength(2);
    expect(bodies()[0]).toContain(MARKER);
    expect(bodies()[0]).toContain(image(2));
    expect(bodies()[1]).toContain('to demo would change');
  });

  it('never takes the comment of somebody else, whatever is written in it', async () => {
    double.actor.comment(1, `${MARKER} nothing to see here`, 'stranger');
    await tell(1);
    expect(bodies()).toEqual([`${MARKER} nothing to see here`, expect.stringContaining('would change')]);
  });

  it('is left out with a warning that names the permission where the token lacks it', async () => {
    const result = await tell(1, double.actor.addToken({ contents: 'read' }));
    expect(result.outcome).toBe('succeeded');
    expect(result.annotations).toMatchObject([
      { level: 'warning', title: 'Permission missing', message: expect.stringContaining('pull-requests: write') },
    ]);
    expect(bodies()).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { PipelineEvent } from '../../../src/event/pipeline-event.ts';
import { forkRefusal } from '../../../src/plan/fork-rules.ts';
import { ACTIONS } from '../../../src/stage-result.ts';
import { pullRequest, push } from '../../support/unit/events.ts';

const { repository, sha, actor, run } = push();
const common = { repository, sha, actor, run };
const comment: PipelineEvent = {
  ...{ ...common, kind: 'comment', branch: 'main', number: 7, onPullRequest: true },
  comment: { id: 1, body: '/review up', author: 'mona', bot: false },
};
const ended: PipelineEvent = {
  ...{ ...common, kind: 'workflow-run', branch: 'main', succeeded: true, headRepositoryId: 9, fork: true },
  approval: undefined,
};
const schedule: PipelineEvent = { ...common, kind: 'schedule', branch: 'main' };

/** `runs`; `rests`: does nothing, and the step is green; `misuse`: the workflow is wrong, and the step is red. */
type Fate = 'runs' | 'rests' | 'misuse';
const fate = (action: (typeof ACTIONS)[number], event: PipelineEvent): Fate => {
  const refused = forkRefusal(action, event);
  return refused === undefined ? 'runs' : refused.misuse ? 'misuse' : 'rests';
};
const fates = (event: PipelineEvent) => Object.fromEntries(ACTIONS.map((action) => [action, fate(action, event)]));
const all = (of: Fate) => Object.fromEntries(ACTIONS.map((action) => [action, of]));
const CODE = { 'build-image': 'misuse', 'run-tests': 'misuse', preflight: 'misuse' };

describe('each action on each event', () => {
  it.each([
    ['a push', push()],
    ['a pull request of this repository', pullRequest()],
    ['a schedule', schedule],
  ])('%s: all run', (_, event) => {
    expect(fates(event)).toEqual(all('runs'));
  });

  it('a pull request of a fork: its code is built, tested and started, and nothing that has credentials runs', () => {
    expect(fates(pullRequest({ fork: true }))).toEqual({
      ...all('rests'),
      ...{ 'build-image': 'runs', 'run-tests': 'runs', preflight: 'runs' },
      ...{ 'rolling-update': 'misuse', promote: 'misuse' },
    });
  });

  it('pull_request_target: only a closed one is removed', () => {
    const closed = fates(pullRequest({ fork: true, privileged: true, action: 'closed' }));
    const opened = fates(pullRequest({ fork: true, privileged: true, action: 'opened' }));
    const rest = { ...all('rests'), ...CODE, 'rolling-update': 'misuse', promote: 'misuse' };
    expect([closed, opened]).toEqual([{ ...rest, 'review-environment': 'runs' }, rest]);
  });

  it('a comment: no code of the pull request is built, tested or started', () => {
    expect(fates(comment)).toEqual({ ...all('runs'), ...CODE });
  });

  it('the end of a run of a fork: only its image is pushed, and deployed', () => {
    const pushed = { 'push-to-registry': 'runs', 'review-environment': 'runs' };
    expect(fates(ended)).toEqual({ ...all('misuse'), ...pushed });
  });
});

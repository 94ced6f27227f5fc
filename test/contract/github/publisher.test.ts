import { describe, expect, it } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import type { ReviewState } from '../../../src/report/review-state.ts';
import { Publisher } from '../../../src/stages/review/comment/publisher.ts';
import { reportFailure } from '../../../src/stages/review/report-failure.ts';
import { doubleOfEachTest, onePullRequest } from '../../support/github-double/each-test.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { StepClock } from '../../support/step-clock.ts';
import { stateOf } from '../../support/unit/review.ts';

const CLOSED: Partial<ReviewState> = { phase: 'removed', url: '', gone: { namespaces: ['n'], images: [] } };

describe('what a pull request is told, against the double', () => {
  const double = doubleOfEachTest(onePullRequest);

  const github = () =>
    createGitHub({
      token: double.token,
      apiUrl: double.apiUrl,
      repository: double.repository,
      clock: new StepClock(),
      log: memoryLog(),
      signal: new AbortController().signal,
      redact: (text) => text,
    });
  const publisher = () => new Publisher({ github: github(), log: memoryLog() });
  const head = () => double.actor.pullRequests()[0]?.head.sha ?? '';
  const state = (overrides: Partial<ReviewState> = {}) => stateOf({ number: 1, commit: head(), ...overrides });
  /** One run, from its beginning to its end. */
  const run = async () => {
    const one = publisher();
    await one.announce(state({ phase: 'starting', answers: false }));
    await one.publish(state());
    return one;
  };
  const states = (environment: string) =>
    double.actor.deployments(environment).map(({ statuses }) => statuses.at(-1)?.state);

  it('H2: two runs at the same time, each of which tells its beginning and its end, leave one comment', async () => {
    await Promise.all([run(), run()]);
    await run();
    expect(double.actor.comments(1)).toHaveLength(1);
    expect(double.actor.comments(1)[0]?.body).toContain('Open it:');
  });

  it('H5: a branch that GitHub merged in place of deploying it is no deployment', async () => {
    double.actor.fault({ on: 'repos/create-deployment', kind: 'status', status: 202 });
    const { warnings } = await run();
    expect(warnings[0]?.message).toContain('GitHub merged a branch in place of deploying');
    expect(double.actor.deployments()).toEqual([]);
  });

  it('H6: all deployments of a closed pull request are set inactive, and those of nobody else', async () => {
    const production = { ref: 'main', environment: 'production', description: '', transient: false, production: true };
    const port = github();
    const other = await port.createDeployment(production);
    await port.setDeploymentStatus(other, { state: 'success', description: '' });
    // Of a run that was killed; one that GitHub leaves alone, because it is called transient; and one that succeeded.
    const environment = 'review/pr-1';
    for (const transient of [false, true]) {
      const id = await port.createDeployment({ ...production, environment, production: false, transient });
      await port.setDeploymentStatus(id, { state: transient ? 'success' : 'in_progress', description: '' });
    }
    await run();
    expect(states(environment)).toEqual(['in_progress', 'success', 'success']);
    await publisher().closeDeployments(state(CLOSED));
    expect(states(environment)).toEqual(['inactive', 'inactive', 'inactive']);
    expect(states('production')).toEqual(['success']);
    const sent = double.actor.writes().length;
    await publisher().closeDeployments(state(CLOSED));
    const again = double.actor.writes().slice(sent);
    expect(again).toEqual([]);
  });

  it('F23: a run that could change nothing leaves the comment of a running environment as it was, with an answer', async () => {
    await run();
    const before = double.actor.comments(1)[0]?.body ?? '';
    const denied = publisher();
    await denied.announce(state({ phase: 'starting', answers: false }));
    expect(double.actor.comments(1)[0]?.body).toContain('### ⏳');
    const failed = state({ phase: 'failed', failure: { message: 'no permission', details: [], remedy: undefined } });
    const answer = { command: 'deploy', by: 'slipway', text: 'it was not done: no permission.' };
    expect(await denied.restore(failed, answer)).toBe(true);
    const after = double.actor.comments(1)[0]?.body ?? '';
    expect(after).toContain('### ✅');
    expect(after.startsWith(before.trimEnd())).toBe(true);
    expect(after).toContain('it was not done: no permission.');
    expect(states('review/pr-1').at(-1)).toBe('failure');
  });

  it('F16: a build or a test that failed shows in the comment, and an earlier ✅ does not stay', async () => {
    const plan = {
      app: 'parking',
      number: 1,
      variant: undefined,
      commit: 'c0ffee'.repeat(7).slice(0, 40),
      run: 'https://r',
    };
    const ports = { github: github(), log: memoryLog(), clock: new StepClock() };
    expect((await reportFailure(plan, ports)).outcome).toBe('unchanged');
    expect(double.actor.comments(1)[0]?.body).toMatch(/^### ❌ [\s\S]*its build, its tests or its preflight failed/m);
    await run();
    await reportFailure({ ...plan, app: undefined }, ports);
    const body = double.actor.comments(1)[0]?.body ?? '';
    expect(body).toMatch(/^### ⚠️ /m);
    expect(body).toContain('The environment runs an earlier commit.');
    expect(double.actor.comments(1)).toHaveLength(1);
    await run();
    expect(double.actor.comments(1)[0]?.body).toMatch(/^### ✅ /m);
  });

  it('F23: the first run of a pull request has nothing to restore', async () => {
    const first = publisher();
    await first.announce(state({ phase: 'starting', answers: false }));
    expect(await first.restore(state({ phase: 'failed' }), { command: 'deploy', by: 's', text: 't' })).toBe(false);
  });

  it('H8: a service that is down is a warning, each once, and nothing is thrown', async () => {
    double.actor.fault({ kind: 'status', status: 503, times: 999 });
    const { warnings } = await run();
    expect(warnings.map(({ level }) => level)).toEqual(['warning', 'warning']);
    expect(warnings.map(({ message }) => message).join('\n')).toMatch(/the deployment.*503.*the comment.*503/s);
  });
});

import { expect, it } from 'vitest';
import type { Run } from '../../../src/entry/context.ts';
import { gitHubOf } from '../../../src/entry/github.ts';
import { doubleOfEachTest, onePullRequest } from '../../support/github-double/each-test.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { StepClock } from '../../support/step-clock.ts';

const double = doubleOfEachTest(onePullRequest);

function runOf(githubToken: string | undefined): Run {
  return {
    common: { githubToken },
    env: { GITHUB_API_URL: double.apiUrl },
    event: () => ({ repository: { fullName: double.repository } }),
    clock: new StepClock(),
    log: memoryLog(),
    signal: new AbortController().signal,
    redact: (text: string) => text,
  } as unknown as Run;
}

it('GitHub is opened when it is first asked something, and answers for each method of its port', async () => {
  expect(gitHubOf(runOf(undefined))).toBeUndefined();
  const github = gitHubOf(runOf(double.token));
  expect(await Promise.resolve(github)).toBe(github);
  expect(double.actor.requests()).toEqual([]);
  expect(await github?.repositoryId()).toBe(424_242);
  expect(await github?.pullRequest(1)).toMatchObject({ number: 1, headRef: 'move' });
  double.actor.closePullRequest(1);
  const closed: number[] = [];
  for await (const page of github?.closedPullRequests() ?? []) closed.push(...page);
  expect(closed).toEqual([1]);
});

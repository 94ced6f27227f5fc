import { afterEach, beforeEach, expect, it } from 'vitest';
import { runAction } from '../support/action-runner.ts';
import { type GitHubDouble, startGitHubDouble } from '../support/github-double/double.ts';

let github: GitHubDouble;

beforeEach(async () => {
  github = await startGitHubDouble({ repository: 'acme/parking', repositoryId: 800200300 });
});
afterEach(async () => {
  expect(github.actor.violations()).toEqual([]);
  await github.close();
});

it('closing a pull request from before Slipway is green: nothing names a cluster that could have its environment', async () => {
  github.actor.openPullRequest({ title: 'Before Slipway', branch: 'old', sha: 'a'.repeat(40) });
  const event = github.actor.closePullRequest(1);
  const { exitCode, output, outputs, annotations } = await runAction({
    action: 'review-environment',
    inputs: { operation: 'down' },
    trigger: { event: event.name, payload: event.payload as never, ref: event.ref, sha: event.sha },
    facts: { token: github.token, apiUrl: github.apiUrl, serverUrl: github.url },
  });
  expect(exitCode, output).toBe(0);
  expect(outputs).toEqual({ outcome: 'unchanged', state: 'absent' });
  expect(output).toContain('pull request #1 had no review environment');
  expect(annotations).toEqual([]);
  expect(github.actor.comments(1)).toEqual([]);
});

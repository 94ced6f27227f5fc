import { afterEach, beforeEach, expect } from 'vitest';
import { type GitHubDouble, startGitHubDouble } from './double.ts';

/**
 * A double of GitHub for each test of the suite that calls this: started before it, closed after it. Whatever a test does,
 * nothing that GitHub does not document may have been asked.
 * @param prepare what GitHub knows before each test
 * @returns the double of the test that runs
 */
export function doubleOfEachTest(prepare: (double: GitHubDouble) => void = () => {}): Omit<GitHubDouble, 'close'> {
  let double: GitHubDouble;
  beforeEach(async () => {
    double = await startGitHubDouble();
    prepare(double);
  });
  afterEach(async () => {
    const violations = double.actor.violations();
    await double.close();
    expect(violations).toEqual([]);
  });
  return {
    get url() {
      return double.url;
    },
    get apiUrl() {
      return double.apiUrl;
    },
    get token() {
      return double.token;
    },
    get repository() {
      return double.repository;
    },
    get actor() {
      return double.actor;
    },
  };
}

/** A branch, and pull request 1. */
export function onePullRequest({ actor }: GitHubDouble): void {
  actor.push('main');
  actor.openPullRequest({ title: 'Bookings can be moved', branch: 'move' });
}

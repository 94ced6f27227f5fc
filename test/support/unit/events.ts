import type { PullRequestEvent, PushEvent } from '../../../src/event/pipeline-event.ts';

const common = {
  repository: { id: 7, fullName: 'acme/parking', defaultBranch: 'main' },
  sha: '0123456789abcdef0123456789abcdef01234567',
  actor: 'dev',
  run: { id: '1', attempt: 1, url: 'https://github.example.com/acme/parking/actions/runs/1' },
};

/** A push to main; each test states what differs. */
export function push(overrides: Partial<PushEvent> = {}): PushEvent {
  return { ...common, kind: 'push', branch: 'main', tag: undefined, deleted: false, ...overrides };
}

/** Pull request 12, opened. */
export function pullRequest(overrides: Partial<PullRequestEvent> = {}): PullRequestEvent {
  return {
    ...common,
    kind: 'pull-request',
    action: 'opened',
    number: 12,
    title: 'Prices',
    headRef: 'prices',
    baseRef: 'main',
    merged: false,
    fork: false,
    privileged: false,
    ...overrides,
  };
}

import { parseConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import type { ManualEvent, PullRequestEvent } from '../../../src/event/pipeline-event.ts';
import { NO_REVIEW_INPUTS, type ReviewInputs } from '../../../src/inputs/review-environment.ts';
import type { ReviewState } from '../../../src/report/review-state.ts';

const COMMON = {
  repository: { id: 424_242, fullName: 'acme/parking', defaultBranch: 'main' },
  sha: '9f2c4b7d9f2c4b7d9f2c4b7d9f2c4b7d9f2c4b7d',
  actor: 'mona',
  run: { id: '5', attempt: 1, url: 'https://github.com/acme/parking/actions/runs/5' },
};

export function pullRequest(overrides: Partial<PullRequestEvent> = {}): PullRequestEvent {
  return {
    kind: 'pull-request',
    ...COMMON,
    action: 'opened',
    number: 7,
    title: 'Bookings can be moved',
    headRef: 'move',
    baseRef: 'main',
    merged: false,
    fork: false,
    privileged: false,
    ...overrides,
  };
}

export function byHand(overrides: Partial<ManualEvent> = {}): ManualEvent {
  return { kind: 'manual', ...COMMON, branch: 'main', tag: undefined, inputs: {}, ...overrides };
}

export function reviewInputsOf(overrides: Partial<ReviewInputs> = {}): ReviewInputs {
  return { ...NO_REVIEW_INPUTS, operation: 'auto', ...overrides };
}

/** A slipway.yml: `more` is added to the smallest one. */
export function configOf(more = ''): Config {
  return parseConfig(`app: parking\nimage: { repository: registry.example/apps/parking }\n${more}`, 'slipway.yml');
}

export const DIGEST = `sha256:${'ab12'.repeat(16)}`;

export function stateOf(overrides: Partial<ReviewState> = {}): ReviewState {
  return {
    app: 'parking',
    number: 7,
    phase: 'ready',
    namespace: 'parking-pr-7-3f2a91',
    cluster: 'review',
    commit: COMMON.sha,
    images: { parking: `registry.example/apps/parking@${DIGEST}` },
    url: 'https://pr-7.parking.example.dev',
    answers: true,
    parts: [
      { name: 'parking', what: 'one pod' },
      { name: 'database', what: 'PostgreSQL 17' },
    ],
    database: { title: 'PostgreSQL 17', data: 'seeded', seed: 'db/seed.sql' },
    tests: undefined,
    expiresAt: '2026-10-12T11:00:00Z',
    run: COMMON.run.url,
    steps: [{ name: 'migrate', ms: 1_200 }],
    ms: 9_000,
    failure: undefined,
    notes: [],
    ...overrides,
  };
}

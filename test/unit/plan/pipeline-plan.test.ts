import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import type { ManualEvent, PipelineEvent, PullRequestEvent, PushEvent } from '../../../src/event/pipeline-event.ts';
import { planLines, planPipeline } from '../../../src/plan/pipeline-plan.ts';
import { STAGES } from '../../../src/stage-result.ts';

const config = parseConfig(
  `app: parking
image: { repository: localhost:5000/apps/parking }
tests: { unit: { run: pytest } }
review: {}
environments:
  staging: { namespace: parking-staging }
  production: { namespace: parking, promoteFrom: staging }`,
  'slipway.yml',
);
const small = parseConfig('app: parking\nimage: { repository: localhost:5000/apps/parking }', 'slipway.yml');

const common = {
  repository: { id: 424242, fullName: 'acme/parking', defaultBranch: 'main' },
  sha: 'a'.repeat(40),
  actor: 'developer',
  run: { id: '1', attempt: 1, url: '' },
};
const push = (more: Partial<PushEvent> = {}): PushEvent => ({
  ...common,
  kind: 'push',
  branch: 'main',
  tag: undefined,
  deleted: false,
  ...more,
});
const pull = (more: Partial<PullRequestEvent> = {}): PullRequestEvent => ({
  ...common,
  kind: 'pull-request',
  action: 'opened',
  number: 7,
  title: 't',
  headRef: 'topic',
  baseRef: 'main',
  merged: false,
  fork: false,
  privileged: false,
  ...more,
});
const manual = (inputs: Record<string, string> = {}, branch = 'main'): ManualEvent => ({
  ...common,
  kind: 'manual',
  branch,
  tag: undefined,
  inputs,
});
const auto = { stage: 'auto' } as const;
const runs = (event: PipelineEvent, inputs: Parameters<typeof planPipeline>[0] = auto, conf = config) =>
  planPipeline(inputs, conf, event).run.map(({ stage, inputs: given }) =>
    [stage, ...Object.entries(given).map(([name, value]) => `${name}=${value}`)].join(' '),
  );
const BUILT = ['build-image', 'run-tests', 'preflight', 'push-to-registry'];

describe('auto', () => {
  it('a push to the default branch is built, tested, pushed and rolled out to what waits for no promotion', () => {
    expect(runs(push())).toEqual([...BUILT, 'rolling-update environment=staging']);
  });

  it('a push to another branch, or of a tag, is not deployed', () => {
    expect(runs(push({ branch: 'topic' }))).toEqual(BUILT);
    expect(runs(push({ branch: undefined, tag: 'v1.2.3' }))).toEqual(BUILT);
  });

  it('a deleted branch is nothing to do', () => {
    expect(runs(push({ deleted: true }))).toEqual([]);
  });

  it.each(['opened', 'reopened', 'synchronize'])('a pull request that is %s gets its review environment', (action) => {
    expect(runs(pull({ action }))).toEqual([...BUILT, 'review-environment operation=up number=7']);
  });

  it('a closed pull request loses its review environment, and nothing else happens', () => {
    expect(runs(pull({ action: 'closed', merged: true }))).toEqual(['review-environment operation=down number=7']);
  });

  it.each(['labeled', 'edited', 'assigned'])('a pull request that is %s changes nothing', (action) => {
    expect(runs(pull({ action }))).toEqual([]);
  });

  it('started by hand with `to`, it promotes; without, it is as a push', () => {
    expect(runs(manual({ to: 'production', soak: '24h', other: 'x' }))).toEqual(['promote to=production soak=24h']);
    expect(runs(manual({ stage: 'promote' }))).toEqual(['promote']);
    expect(runs(manual({ to: '' }))).toEqual([...BUILT, 'rolling-update environment=staging']);
    expect(runs(manual({}, 'topic'))).toEqual(BUILT);
  });

  it('a schedule does nothing by itself', () => {
    expect(runs({ ...common, kind: 'schedule', branch: 'main' })).toEqual([]);
  });

  it('leaves out what slipway.yml does not name', () => {
    expect(runs(pull(), auto, small)).toEqual(['build-image', 'preflight', 'push-to-registry']);
    expect(runs(push(), auto, small)).toEqual(['build-image', 'preflight', 'push-to-registry']);
  });

  it('leaves out preflight where the input says so', () => {
    const without = BUILT.filter((stage) => stage !== 'preflight');
    expect(runs(push({ branch: 'topic' }), { ...auto, preflight: false })).toEqual(without);
  });
});

describe('forks (R7)', () => {
  it('build and test, and meet no credential', () => {
    expect(runs(pull({ fork: true }))).toEqual(['build-image', 'run-tests', 'preflight']);
  });

  it.each(STAGES)('not even when `stage: %s` asks for it', (stage) => {
    const allowed = ['build-image', 'run-tests', 'preflight'].includes(stage) ? [stage] : [];
    expect(runs(pull({ fork: true }), { stage })).toEqual(allowed);
  });

  it.each([true, false])(
    'on pull_request_target no code runs, and only what was closed is taken away (fork: %s)',
    (fork) => {
      expect(runs(pull({ fork, privileged: true }))).toEqual([]);
      expect(runs(pull({ fork, privileged: true, action: 'closed' }))).toEqual([
        'review-environment operation=down number=7',
      ]);
    },
  );
});

describe('one stage alone', () => {
  it('runs with what the event decides for it', () => {
    expect(runs(push(), { stage: 'rolling-update' })).toEqual(['rolling-update environment=staging']);
    expect(runs(push({ branch: 'topic' }), { stage: 'rolling-update' })).toEqual(['rolling-update']);
    expect(runs(pull({ action: 'closed' }), { stage: 'review-environment' })).toEqual([
      'review-environment operation=down number=7',
    ]);
  });
});

describe('the plan', () => {
  const events: PipelineEvent[] = [push(), push({ deleted: true }), pull(), pull({ fork: true }), manual({ to: 'p' })];
  it.each(events)('names each stage once, as run or as not run with a reason (%#)', (event) => {
    const plan = planPipeline(auto, config, event);
    expect([...plan.run, ...plan.skip].map(({ stage }) => stage).sort()).toEqual([...STAGES].sort());
    for (const { reason } of plan.skip) expect(reason).not.toBe('');
  });

  it('can be printed', () => {
    expect(planLines(planPipeline(auto, config, pull({ fork: true })))).toMatchInlineSnapshot(`
      [
        "pull request #7 opened",
        "  run   build-image",
        "  run   run-tests",
        "  run   preflight",
        "  skip  push-to-registry: pull request #7 comes from a fork: Slipway builds and tests its code without credentials",
        "  skip  review-environment: pull request #7 comes from a fork: Slipway builds and tests its code without credentials",
        "  skip  rolling-update: a pull request is not deployed before it is merged",
        "  skip  promote: a pull request is not promoted",
      ]
    `);
  });
});

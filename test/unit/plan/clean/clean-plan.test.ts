import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import type { PipelineEvent } from '../../../../src/event/pipeline-event.ts';
import { cleanInputs } from '../../../../src/inputs/clean-registry.ts';
import { Inputs } from '../../../../src/inputs/read.ts';
import { planClean } from '../../../../src/plan/clean/clean-plan.ts';
import { forkRefusal } from '../../../../src/plan/fork-rules.ts';
import { pullRequest, push } from '../../../support/unit/events.ts';

const config = parseConfig(
  `
app: shop
image: { repository: r.example/shop }
registry: { retention: { keepFor: 7d, keepTags: ['audit-*'] } }
environments: { staging: { namespace: shop-staging }, production: { namespace: shop } }
`,
  'slipway.yml',
);
const planned = (env: Record<string, string> = {}) => planClean(cleanInputs(new Inputs(env)), config, push());

describe('the plan of clean-registry', () => {
  it('deletes nothing by default, and looks at every environment', () => {
    expect(planned()).toMatchObject({
      repositories: ['r.example/shop'],
      environments: [
        { name: 'staging', namespace: 'shop-staging' },
        { name: 'production', namespace: 'shop' },
      ],
      reviews: false,
      retention: { keepForMs: 7 * 24 * 3_600_000, keepTags: ['audit-*'], expireTags: [] },
      dryRun: true,
      limit: 50,
    });
    expect(planned({ INPUT_DRY_RUN: 'false', INPUT_LIMIT: '7' })).toMatchObject({ dryRun: false, limit: 7 });
  });

  it('refuses a limit that is no number, and one namespace for several environments', () => {
    for (const limit of ['0', '-1', '1e3', 'all'])
      expect(() => planned({ INPUT_LIMIT: limit })).toThrow('input `limit`');
    expect(() => planned({ INPUT_NAMESPACE: 'shop' })).toThrow('input `namespace` is given for 2 environments');
  });

  const actor = { repository: push().repository, sha: push().sha, actor: 'dev', run: push().run };
  const DELETE = { INPUT_DRY_RUN: 'false' };
  const on = (event: PipelineEvent, env: Record<string, string> = {}) =>
    planClean(cleanInputs(new Inputs(env)), config, event);

  it.each<[string, PipelineEvent]>([
    ['schedule', { ...actor, kind: 'schedule', branch: 'main' }],
    ['workflow_dispatch', { ...actor, kind: 'manual', branch: 'main', tag: undefined, inputs: {} }],
    ['push to main', push()],
  ])('deletes on %s', (_, event) => {
    expect(on(event, DELETE).dryRun).toBe(false);
  });

  it.each<[string, PipelineEvent]>([
    ['pull_request', pullRequest()],
    ['push to a branch', push({ branch: 'topic' })],
    ['push of a tag', push({ branch: undefined, tag: 'v1' })],
    ['workflow_dispatch on a branch', { ...actor, kind: 'manual', branch: 'topic', tag: undefined, inputs: {} }],
  ])('SEC-33: reports on %s and deletes nothing: its slipway.yml may lack an environment', (_, event) => {
    expect(on(event).dryRun).toBe(true);
    expect(() => on(event, DELETE)).toThrow('clean-registry deletes only in a run of main, the default branch');
  });

  it.each<[string, PipelineEvent]>([
    ['pull_request of a fork', pullRequest({ fork: true })],
    ['pull_request_target', pullRequest({ fork: true, privileged: true, action: 'closed' })],
  ])('does not run on %s', (_, event) => {
    expect(forkRefusal('clean-registry', event)).toBeDefined();
  });

  it('is for a repository on GitHub', () => {
    const event = { ...push(), repository: { ...push().repository, id: 0 } };
    expect(() => planClean(cleanInputs(new Inputs({})), config, event)).toThrow('clean-registry deletes images');
  });
});

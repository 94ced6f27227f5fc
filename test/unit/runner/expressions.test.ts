import { describe, expect, it } from 'vitest';
import { condition, interpolate } from '../../support/runner/expressions.ts';

const contexts = {
  github: { event: { action: 'opened', pull_request: { number: 7, head: { repo: null } }, repository: { id: 1 } } },
  inputs: { 'dry-run': true, image: '' },
  steps: { push: { outputs: { reference: 'host/app@sha256:1' } } },
};

const of = (expression: string) => `\${{ ${expression} }}`;

describe('interpolation', () => {
  it.each([
    [`pr-${of('github.event.pull_request.number')}`, 'pr-7'],
    [of('steps.push.outputs.reference'), 'host/app@sha256:1'],
    [`${of("inputs.image || 'none }} here'")}!`, 'none }} here!'],
    [of('inputs.dry-run'), 'true'],
    [of('github.nothing.at.all'), ''],
    ['no expression', 'no expression'],
  ])('%s', (text, expected) => {
    expect(interpolate(text, contexts)).toBe(expected);
  });
});

describe('conditions', () => {
  it.each([
    [undefined, 'success', true],
    [undefined, 'failure', false],
    ["github.event.action == 'opened'", 'success', true],
    ["github.event.action == 'opened'", 'failure', false],
    ['always()', 'failure', true],
    [of("failure() && github.event.action == 'opened'"), 'failure', true],
    ['cancelled()', 'cancelled', true],
    // The repository of a fork that was deleted.
    ['github.event.pull_request.head.repo.id == github.event.repository.id', 'success', false],
  ] as const)('%s after %s: %s', (text, status, expected) => {
    expect(condition(text, contexts, status)).toBe(expected);
  });
});

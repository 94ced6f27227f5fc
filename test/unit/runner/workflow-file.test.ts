import { describe, expect, it } from 'vitest';
import { grantedTo } from '../../support/runner/permissions.ts';
import { dispatchInputs, isTriggered, readWorkflow } from '../../support/runner/workflow-file.ts';

const workflow = (name: string) =>
  readWorkflow(new URL(`../../../workflows/google-cloud/${name}.yml`, import.meta.url).pathname);
const repository = { id: 1, full_name: 'acme/parking' };
const pull = (action: string, head: { id: number } | null, login = 'octo') => ({
  event: 'pull_request',
  payload: {
    action,
    repository,
    pull_request: { number: 7, head: { ref: 'x', repo: head }, base: { ref: 'main' }, user: { login } },
  },
});
const push = (ref: string) => ({ event: 'push', payload: { ref, after: 'a'.repeat(40), repository } });

describe('what starts the workflows to copy', () => {
  it.each(['opened', 'synchronize', 'reopened', 'closed'])('pull-request.yml: %s', (action) => {
    expect(isTriggered(workflow('pull-request'), pull(action, repository))).toBe(true);
  });

  it('pull-request.yml: neither a label nor a push', () => {
    expect(isTriggered(workflow('pull-request'), pull('labeled', repository))).toBe(false);
    expect(isTriggered(workflow('pull-request'), push('refs/heads/main'))).toBe(false);
  });

  it('main.yml: a push to main, and to no other branch or tag', () => {
    expect(isTriggered(workflow('main'), push('refs/heads/main'))).toBe(true);
    expect(isTriggered(workflow('main'), push('refs/heads/main-2'))).toBe(false);
    expect(isTriggered(workflow('main'), push('refs/tags/main'))).toBe(false);
  });

  it('promote.yml: by hand, with defaults for its inputs', () => {
    const trigger = { event: 'workflow_dispatch', payload: { repository, inputs: { image: 'host/app@sha256:1' } } };
    expect(isTriggered(workflow('promote'), trigger)).toBe(true);
    expect(dispatchInputs(workflow('promote'), trigger)).toEqual({
      image: 'host/app@sha256:1',
      'allow-downgrade': false,
    });
  });
});

describe('permissions of a job', () => {
  const asked = { contents: 'read', 'id-token': 'write', 'pull-requests': 'write' } as const;

  it('are what the job asks for', () => {
    expect(grantedTo({}, asked, pull('opened', repository))).toEqual(asked);
  });

  it.each([
    ['a fork', pull('opened', { id: 2 })],
    ['a fork that was deleted', pull('opened', null)],
    ['Dependabot', pull('opened', repository, 'dependabot[bot]')],
  ])('are reading, without an identity, for %s', (_, trigger) => {
    expect(grantedTo({}, asked, trigger)).toEqual({ contents: 'read', 'pull-requests': 'read' });
  });

  it('are those of the workflow where the job asks for none, and nothing by default', () => {
    expect(grantedTo({ contents: 'read' }, undefined, push('refs/heads/main'))).toEqual({ contents: 'read' });
    expect(grantedTo(undefined, undefined, push('refs/heads/main'))).toEqual({});
  });
});

import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../src/event/parse.ts';
import { refusal } from '../../support/refusal.ts';

type Payload = Record<string, unknown>;
const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: Payload[] }[];
const examplesOf = (name: string): Payload[] => all.find((one) => one.name === name)?.examples ?? [];

const SHA = '5f1c3c2b9a8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f';
const env = (name: string, more: Record<string, string> = {}) => ({
  GITHUB_EVENT_NAME: name,
  GITHUB_EVENT_PATH: '/event.json',
  GITHUB_SHA: SHA,
  GITHUB_REPOSITORY: 'acme/parking',
  GITHUB_REPOSITORY_ID: '424242',
  GITHUB_REF_NAME: 'main',
  GITHUB_ACTOR: 'developer',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SERVER_URL: 'https://github.example',
  ...more,
});
const edited = (payload: Payload, edit: (copy: never) => void): Payload => {
  const copy = structuredClone(payload);
  edit(copy as never);
  return copy;
};
const first = (name: string, wanted: (payload: Payload) => boolean = () => true): Payload => {
  const found = examplesOf(name).find(wanted);
  if (!found) throw new Error(`no such example of ${name}`);
  return found;
};

describe('real payloads of GitHub', () => {
  it('has some to test with', () => {
    expect([examplesOf('push').length, examplesOf('pull_request').length]).toEqual([7, 29]);
  });

  it.each(examplesOf('push').map((payload, i) => [`${i} ${payload.ref}`, payload] as const))(
    'push %s',
    (_, payload) => {
      const event = parseEvent(env('push'), payload);
      const expected = payload as { ref: string; deleted: boolean; repository: { id: number; default_branch: string } };
      expect(event).toMatchObject({
        kind: 'push',
        branch: expected.ref.startsWith('refs/heads/') ? expected.ref.slice(11) : undefined,
        tag: expected.ref.startsWith('refs/tags/') ? expected.ref.slice(10) : undefined,
        deleted: expected.deleted,
        repository: { id: expected.repository.id, defaultBranch: expected.repository.default_branch },
      });
      expect(event.sha).toMatch(/^(?!0{40})[0-9a-f]{40}$/);
    },
  );

  it.each(examplesOf('pull_request').map((payload, i) => [`${i} ${payload.action}`, payload] as const))(
    'pull_request %s',
    (_, payload) => {
      const event = parseEvent(env('pull_request'), payload);
      const { pull_request: pull } = payload as {
        pull_request: {
          head: { sha: string; ref: string; repo: { id: number } | null };
          base: { repo: { id: number } };
        };
      };
      expect(event).toMatchObject({
        kind: 'pull-request',
        action: payload.action,
        number: payload.number,
        sha: pull.head.sha,
        headRef: pull.head.ref,
        fork: pull.head.repo?.id !== pull.base.repo.id,
        privileged: false,
      });
    },
  );

  it.each(examplesOf('workflow_dispatch').map((payload, i) => [i, payload] as const))(
    'workflow_dispatch %i',
    (_, payload) => {
      expect(parseEvent(env('workflow_dispatch'), payload)).toMatchObject({
        kind: 'manual',
        sha: SHA,
        branch: String(payload.ref).replace('refs/heads/', ''),
        actor: 'developer',
        run: { id: '77', attempt: 2, url: 'https://github.example/acme/parking/actions/runs/77/attempts/2' },
      });
    },
  );

  it('workflow_dispatch on a tag that is named like a branch is on the tag', () => {
    const dispatch = { ...first('workflow_dispatch'), ref: 'main' };
    const at = (ref: string) => parseEvent(env('workflow_dispatch', { GITHUB_REF: ref }), dispatch);
    expect(at('refs/tags/main')).toMatchObject({ branch: undefined, tag: 'main' });
    expect(at('refs/heads/main')).toMatchObject({ branch: 'main', tag: undefined });
  });

  it('schedule carries its cron line only: the repository comes from the variables', () => {
    expect(parseEvent(env('schedule'), { schedule: '*/15 * * * *' })).toMatchObject({
      kind: 'schedule',
      branch: 'main',
      repository: { id: 424242, fullName: 'acme/parking', defaultBranch: 'main' },
    });
  });
});

describe('what decides over safety', () => {
  const pull = first('pull_request', (payload) => payload.action === 'opened');

  it('a head in another repository is a fork, and so is one whose repository is gone', () => {
    const other = edited(pull, (copy: { pull_request: { head: { repo: { id: number } } } }) => {
      copy.pull_request.head.repo.id = 7;
    });
    const gone = edited(pull, (copy: { pull_request: { head: { repo: unknown } } }) => {
      copy.pull_request.head.repo = null;
    });
    for (const payload of [other, gone]) expect(parseEvent(env('pull_request'), payload)).toMatchObject({ fork: true });
  });

  it('pull_request_target is privileged', () => {
    expect(parseEvent(env('pull_request_target'), pull)).toMatchObject({ kind: 'pull-request', privileged: true });
  });

  it('an annotated tag is about the commit that it names, not about the tag object', () => {
    const tag = edited(first('push'), (copy: Record<string, unknown>) => {
      Object.assign(copy, {
        ref: 'refs/tags/v1.2.3',
        after: 'e'.repeat(40),
        deleted: false,
        head_commit: { id: 'a'.repeat(40) },
      });
    });
    expect(parseEvent(env('push'), tag)).toMatchObject({ tag: 'v1.2.3', branch: undefined, sha: 'a'.repeat(40) });
  });

  it('inputs of a manual run are texts, whatever type the form had', () => {
    const dispatch = { ...first('workflow_dispatch'), inputs: { to: 'production', 'dry-run': true, soak: null } };
    expect(parseEvent(env('workflow_dispatch'), dispatch)).toMatchObject({
      inputs: { to: 'production', 'dry-run': 'true', soak: '' },
    });
  });
});

describe('clear errors', () => {
  it('for an event that Slipway does not act on', () => {
    const error = refusal(() => parseEvent(env('fork'), {}));
    expect(error.message).toBe('Slipway does not act on the event "fork"');
    expect(error.remedy).toContain('push, pull_request, pull_request_target, workflow_dispatch, schedule');
    expect(refusal(() => parseEvent(env('toString'), {})).message).toContain('does not act on the event "toString"');
  });

  it.each([
    ['merge_group', "if: github.event_name != 'merge_group'"],
    ['release', "on: { push: { tags: ['v*'] } }"],
    ['create', "on: { push: { tags: ['v*'] } }"],
  ])('hb-14: for %s with what to do instead', (name, advice) => {
    const error = refusal(() => parseEvent(env(name), {}));
    expect(error.message).toBe(`Slipway does not act on the event "${name}"`);
    expect(error.remedy).toContain(advice);
    expect(error.remedy).toContain('docs/actions.md');
  });

  it('for a payload that is missing', () => {
    const error = refusal(() => parseEvent(env('push'), undefined));
    expect(error.message).toBe('the payload of the event "push" could not be read');
    expect(error.details).toEqual(['file: /event.json']);
  });

  it('for a payload of another event, naming every field that is wrong', () => {
    const error = refusal(() => parseEvent(env('pull_request'), first('push')));
    expect(error.message).toMatch(/^the payload of the event "pull_request" is not what GitHub documents: action: /);
    expect(error.details.join(' ')).toContain('pull_request:');
  });

  it('for a commit id that is none', () => {
    const dispatch = first('workflow_dispatch');
    const error = refusal(() => parseEvent(env('workflow_dispatch', { GITHUB_SHA: 'main' }), dispatch));
    expect(error.message).toBe('GITHUB_SHA is not a full commit id (found "main")');
  });

  it('for a schedule without a repository', () => {
    const error = refusal(() => parseEvent(env('schedule', { GITHUB_REPOSITORY_ID: '' }), { schedule: '0 0 * * *' }));
    expect(error.message).toContain('do not name a repository');
  });
});

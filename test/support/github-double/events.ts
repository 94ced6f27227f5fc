import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Shape } from './shape.ts';
import type { Comment, Pull } from './world/types.ts';
import type { World } from './world/world.ts';

/** An event as a workflow gets it. */
export interface GitHubEvent {
  /** GITHUB_EVENT_NAME */
  name:
    | 'push'
    | 'pull_request'
    | 'pull_request_target'
    | 'workflow_dispatch'
    | 'workflow_run'
    | 'schedule'
    | 'issue_comment';
  /** The content of GITHUB_EVENT_PATH. */
  payload: Record<string, unknown>;
  /** GITHUB_SHA; for a pull request the merge commit that GitHub makes to try it. */
  sha: string;
  /** GITHUB_REF */
  ref: string;
  /** GITHUB_ACTOR */
  actor: string;
}

type Json = Record<string, unknown>;
interface Example {
  name: string;
  examples: Json[];
}

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as Example[];

/** Payloads of real webhooks with our repository, commits and people in them. */
export class Events {
  private readonly world: World;
  private readonly shape: Shape;

  constructor(world: World, shape: Shape) {
    this.world = world;
    this.shape = shape;
  }

  pullRequest(pull: Pull, action: string, name: 'pull_request' | 'pull_request_target' = 'pull_request'): GitHubEvent {
    const comments = [...this.world.comments.values()].filter((comment) => comment.number === pull.number);
    const real = example('pull_request', (payload) => payload.action === action) ?? example('pull_request');
    const shown = { ...(real?.pull_request as Json), ...this.shape.pull(pull, comments.length) };
    const onBase = name === 'pull_request_target' || pull.merged;
    return {
      name,
      payload: { ...real, ...this.common(pull.author.login), action, number: pull.number, pull_request: shown },
      sha: onBase ? this.headOf(pull.base) : (pull.mergeCommit ?? this.tryMerge(pull)),
      ref: onBase ? `refs/heads/${pull.base}` : `refs/pull/${pull.number}/merge`,
      actor: pull.author.login,
    };
  }

  push(ref: string, before: string, after: string, actor: string): GitHubEvent {
    const zero = '0'.repeat(40);
    const deleted = after === zero;
    const commit = this.world.history.resolve(after);
    const head = { ...(example('push', (payload) => payload.head_commit != null)?.head_commit as Json), id: after };
    return {
      name: 'push',
      payload: {
        ...example('push', (payload) => String(payload.ref).startsWith('refs/heads/')),
        ...this.common(actor),
        ref,
        before,
        after,
        created: before === zero,
        deleted,
        head_commit: deleted ? null : { ...head, message: commit?.message ?? '' },
        pusher: { name: actor, email: null },
      },
      sha: deleted ? this.headOf(this.world.defaultBranch) : after,
      ref,
      actor,
    };
  }

  comment(comment: Comment): GitHubEvent {
    const branch = this.world.defaultBranch;
    const real = example('issue_comment', (payload) => payload.action === 'created');
    const onPull = this.world.pulls.has(comment.number);
    const { pull_request: _, ...issue } = (real?.issue ?? {}) as Json;
    const shown = { ...issue, number: comment.number, ...(onPull ? { pull_request: { url: '' } } : {}) };
    return {
      name: 'issue_comment',
      payload: {
        ...real,
        ...this.common(comment.author.login),
        action: 'created',
        issue: shown,
        comment: this.shape.comment(comment),
      },
      sha: this.headOf(branch),
      ref: `refs/heads/${branch}`,
      actor: comment.author.login,
    };
  }

  /** The end of a run for a pull request. Of a fork's, GitHub does not say which pull request it was. */
  workflowRun(pull: Pull, run: { id: number; name: string; conclusion: string }): GitHubEvent {
    const branch = this.world.defaultBranch;
    const real = example('workflow_run', (payload) => payload.action === 'completed');
    const ended = (real?.workflow_run ?? {}) as Json;
    const head = this.shape.pull(pull, 0).head as Json;
    return {
      name: 'workflow_run',
      payload: {
        ...real,
        ...this.common(pull.author.login),
        action: 'completed',
        workflow: { ...(real?.workflow as Json), name: run.name },
        workflow_run: {
          ...ended,
          ...run,
          event: 'pull_request',
          status: 'completed',
          head_sha: pull.head.sha,
          head_branch: pull.head.ref,
          head_commit: { ...(ended.head_commit as Json), id: pull.head.sha },
          head_repository: head.repo,
          pull_requests: [],
        },
      },
      sha: this.headOf(branch),
      ref: `refs/heads/${branch}`,
      actor: pull.author.login,
    };
  }

  dispatch(ref: string, inputs: Record<string, string>, actor: string): GitHubEvent {
    const payload = { ...example('workflow_dispatch'), ...this.common(actor), ref: `refs/heads/${ref}`, inputs };
    return { name: 'workflow_dispatch', payload, sha: this.headOf(ref), ref: `refs/heads/${ref}`, actor };
  }

  /** The payload of a schedule is no webhook: it has the cron line, and no sender. */
  schedule(cron: string): GitHubEvent {
    const branch = this.world.defaultBranch;
    return {
      name: 'schedule',
      payload: { schedule: cron },
      sha: this.headOf(branch),
      ref: `refs/heads/${branch}`,
      actor: this.world.owner,
    };
  }

  private common(actor: string): Json {
    return { repository: this.shape.repository(), sender: this.shape.user(this.world.account(actor)) };
  }

  /** The commit that GitHub makes to try the merge. Its tree is that of the head, unless the base has moved on. */
  private tryMerge({ base, head, number }: Pull): string {
    const { history } = this.world;
    const sha = randomCommit();
    const parents = [this.headOf(base), head.sha];
    const upToDate = ['ahead', 'identical'].includes(history.compare(base, head.sha)?.status ?? '');
    const tree = upToDate ? history.resolve(head.sha)?.tree : undefined;
    history.add({ sha, parents, message: `Merge #${number}`, ...(tree === undefined ? {} : { tree }) });
    return sha;
  }

  private headOf(ref: string): string {
    return this.world.history.resolve(ref)?.sha ?? randomCommit();
  }
}

export function randomCommit(): string {
  return randomBytes(20).toString('hex');
}

function example(name: string, wanted: (payload: Json) => boolean = () => true): Json | undefined {
  return examples.find((one) => one.name === name)?.examples.find(wanted);
}

import type * as z from 'zod';
import { UserError } from '../errors.ts';
import {
  commentPayload,
  commitId,
  manualPayload,
  pullRequestPayload,
  pushPayload,
  schedulePayload,
  workflowRunPayload,
} from './payloads.ts';
import type { PipelineEvent, Repository } from './pipeline-event.ts';

export type Env = Readonly<Record<string, string | undefined>>;

type Common = Pick<PipelineEvent, 'actor' | 'run'>;

const parsers: Record<string, (env: Env, payload: unknown, common: Common) => PipelineEvent> = {
  push,
  pull_request: pullRequest,
  pull_request_target: pullRequest,
  workflow_dispatch: manual,
  schedule,
  issue_comment: comment,
  workflow_run: workflowRun,
};

const TAG = "run on the push of the tag instead (`on: { push: { tags: ['v*'] } }`).";

/** What to do where people expect Slipway to act on an event. */
const INSTEAD: Record<string, string> = {
  merge_group:
    "Skip the job in a merge queue: `if: github.event_name != 'merge_group'`. A skipped job passes a required check; the push to the default branch builds and tests the merged commit.",
  release: `A release has no commit of its own to build: ${TAG}`,
  create: `A new branch or tag is pushed: ${TAG}`,
  registry_package: `The image comes from push-to-registry: ${TAG}`,
};

/**
 * The event of a run, from the variables of the runner and the payload.
 * @param payload parsed content of the file GITHUB_EVENT_PATH; undefined when there is none
 * @throws UserError for an event that Slipway does not act on, or when a field is missing or wrong
 * @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function parseEvent(env: Env, payload: unknown): PipelineEvent {
  const name = env.GITHUB_EVENT_NAME ?? '';
  const parser = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (!parser) {
    throw new UserError(name ? `Slipway does not act on the event "${name}"` : 'GITHUB_EVENT_NAME is not set', {
      remedy: Object.hasOwn(INSTEAD, name)
        ? `${INSTEAD[name]} See docs/actions.md, "Events".`
        : `Run it on one of ${Object.keys(parsers).join(', ')} (\`on:\` in the workflow file).`,
    });
  }
  if (payload === undefined) {
    throw new UserError(`the payload of the event "${name}" could not be read`, {
      details: [env.GITHUB_EVENT_PATH ? `file: ${env.GITHUB_EVENT_PATH}` : 'GITHUB_EVENT_PATH is not set'],
      remedy: 'On GitHub the runner writes it. By hand, let GITHUB_EVENT_PATH name a JSON file with the payload.',
    });
  }
  return parser(env, payload, commonOf(env));
}

function push(env: Env, payload: unknown, common: Common): PipelineEvent {
  const event = read(pushPayload, payload, 'push');
  // For an annotated tag, `after` is the tag object; for a deletion, it is all zeros. head_commit is the commit itself.
  const sha = event.head_commit?.id ?? (event.deleted ? event.before : (commitOf(env) ?? event.after));
  return {
    kind: 'push',
    ...common,
    ...refOf(event.ref),
    sha,
    deleted: event.deleted,
    repository: repositoryOf(event.repository),
  };
}

function pullRequest(env: Env, payload: unknown, common: Common): PipelineEvent {
  const name = env.GITHUB_EVENT_NAME ?? '';
  const { action, number, pull_request: pull, repository } = read(pullRequestPayload, payload, name);
  return {
    kind: 'pull-request',
    ...common,
    action,
    number,
    title: pull.title,
    sha: pull.head.sha,
    headRef: pull.head.ref,
    baseRef: pull.base.ref,
    merged: pull.merged ?? false,
    fork: pull.head.repo?.id !== repository.id,
    privileged: name === 'pull_request_target',
    repository: repositoryOf(repository),
  };
}

function manual(env: Env, payload: unknown, common: Common): PipelineEvent {
  const event = read(manualPayload, payload, 'workflow_dispatch');
  return {
    kind: 'manual',
    ...common,
    // A short name may be that of a branch and of a tag: GITHUB_REF is always full.
    ...refOf(event.ref.startsWith('refs/') ? event.ref : env.GITHUB_REF || event.ref),
    sha: requiredCommit(env),
    inputs: event.inputs ?? {},
    repository: repositoryOf(event.repository),
  };
}

function schedule(env: Env, payload: unknown, common: Common): PipelineEvent {
  const event = read(schedulePayload, payload, 'schedule');
  const branch = env.GITHUB_REF_NAME;
  return {
    kind: 'schedule',
    ...common,
    branch,
    sha: requiredCommit(env),
    repository: event.repository ? repositoryOf(event.repository) : repositoryOfEnv(env, branch ?? 'main'),
  };
}

/** Only new comments count: an edit could change a command after Slipway acknowledged it. */
function comment(env: Env, payload: unknown, common: Common): PipelineEvent {
  const { action, issue, comment: written, repository } = read(commentPayload, payload, 'issue_comment');
  return {
    kind: 'comment',
    ...common,
    branch: env.GITHUB_REF_NAME,
    sha: requiredCommit(env),
    number: issue.number,
    onPullRequest: issue.pull_request != null,
    comment: {
      id: written.id,
      body: action === 'created' ? (written.body ?? '') : '',
      author: written.user?.login ?? '',
      bot: written.user?.type !== 'User',
    },
    repository: repositoryOf(repository),
  };
}

/** Only runs of pull requests are about code that is not merged yet. */
function workflowRun(env: Env, payload: unknown, common: Common): PipelineEvent {
  const { workflow_run: ended, repository } = read(workflowRunPayload, payload, 'workflow_run');
  if (ended.event !== 'pull_request') {
    throw new UserError(`Slipway does not act on the end of a run of the event "${ended.event}"`, {
      remedy:
        "Let the job run `if: github.event.workflow_run.event == 'pull_request'`, see fork-review.yml in docs/workflows.md.",
    });
  }
  const headRepositoryId = ended.head_repository?.id;
  return {
    kind: 'workflow-run',
    ...common,
    branch: env.GITHUB_REF_NAME,
    sha: ended.head_sha,
    succeeded: ended.conclusion === 'success',
    headRepositoryId,
    fork: headRepositoryId !== repository.id,
    approval: undefined,
    repository: repositoryOf(repository),
  };
}

function read<T>(schema: z.ZodType<T>, payload: unknown, name: string): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'payload'}: ${issue.message}`,
  );
  throw new UserError(`the payload of the event "${name}" is not what GitHub documents: ${problems[0]}`, {
    details: problems.slice(1),
    remedy:
      'Let GITHUB_EVENT_PATH name the unchanged file of the runner, and GITHUB_EVENT_NAME the event it belongs to.',
  });
}

/** A branch or tag name from a full ref; a dispatch may carry the short name of a branch. */
function refOf(ref: string): { branch: string | undefined; tag: string | undefined } {
  if (ref.startsWith('refs/tags/')) return { branch: undefined, tag: ref.slice('refs/tags/'.length) };
  return { branch: ref.replace(/^refs\/heads\//, ''), tag: undefined };
}

function repositoryOf(repository: z.infer<typeof pushPayload>['repository']): Repository {
  return { id: repository.id, fullName: repository.full_name, defaultBranch: repository.default_branch };
}

/** A schedule runs on the default branch, so GITHUB_REF_NAME is its name. */
function repositoryOfEnv(env: Env, defaultBranch: string): Repository {
  const id = Number(env.GITHUB_REPOSITORY_ID);
  if (!Number.isInteger(id) || id <= 0 || !env.GITHUB_REPOSITORY) {
    throw new UserError('GITHUB_REPOSITORY and GITHUB_REPOSITORY_ID do not name a repository', {
      remedy: 'On GitHub the runner sets both. By hand, set them to owner/name and to the numeric id.',
    });
  }
  return { id, fullName: env.GITHUB_REPOSITORY, defaultBranch };
}

function commitOf(env: Env): string | undefined {
  return commitId.safeParse(env.GITHUB_SHA).data;
}

function requiredCommit(env: Env): string {
  const sha = commitOf(env);
  if (sha) return sha;
  throw new UserError(`GITHUB_SHA is not a full commit id (found "${env.GITHUB_SHA ?? ''}")`, {
    remedy: 'On GitHub the runner sets it. By hand, set it to `git rev-parse HEAD`.',
  });
}

function commonOf(env: Env): Common {
  const id = env.GITHUB_RUN_ID ?? '0';
  const attempt = Number(env.GITHUB_RUN_ATTEMPT ?? '1') || 1;
  const server = env.GITHUB_SERVER_URL ?? 'https://github.com';
  return {
    actor: env.GITHUB_ACTOR ?? '',
    run: { id, attempt, url: `${server}/${env.GITHUB_REPOSITORY ?? ''}/actions/runs/${id}/attempts/${attempt}` },
  };
}

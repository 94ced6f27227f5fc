/** The fields of a payload that contexts are made from; the rest is handed on as it is. */
export interface EventPayload {
  action?: string;
  ref?: string;
  after?: string;
  pull_request?: {
    number: number;
    head: { ref: string; [field: string]: unknown };
    base: { ref: string; [field: string]: unknown };
    merge_commit_sha?: string | null;
    [field: string]: unknown;
  };
  repository?: { id: number; full_name: string; owner?: { login?: string; id?: number } };
  sender?: { login: string; id: number };
  inputs?: Record<string, unknown> | null;
  [field: string]: unknown;
}

/** What happened, as GitHub tells it: the event's name and its payload. */
export interface Trigger {
  event: string;
  payload: EventPayload;
  /** GITHUB_REF, where it is not what follows from the payload. */
  ref?: string;
  /** GITHUB_SHA, likewise. */
  sha?: string;
}

/** Of the run, where a test cares. */
export interface RunFacts {
  /** Default: that of the payload; the one of a schedule has none. */
  repository?: EventPayload['repository'];
  runId?: number;
  runAttempt?: number;
  actor?: string;
  workflow?: string;
  job?: string;
  apiUrl?: string;
  serverUrl?: string;
  token?: string;
}

export type GithubContext = Record<string, unknown> & { event: unknown };

const ZERO = '0'.repeat(40);

/** The `github` context of a run, as far as workflows and actions read it. */
export function githubContext({ event, payload, ref, sha }: Trigger, facts: RunFacts = {}): GithubContext {
  const pull = event.startsWith('pull_request') ? payload.pull_request : undefined;
  const fullRef = ref ?? (pull ? `refs/pull/${pull.number}/merge` : (payload.ref ?? 'refs/heads/main'));
  const { sender } = payload;
  const repository = payload.repository ?? facts.repository;
  const serverUrl = facts.serverUrl ?? 'https://github.com';
  return {
    event_name: event,
    event: payload,
    ref: fullRef,
    ref_name: fullRef.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: fullRef.startsWith('refs/tags/') ? 'tag' : 'branch',
    head_ref: pull?.head.ref ?? '',
    base_ref: pull?.base.ref ?? '',
    // Of a pull request, GitHub gives the merge commit that it made for the run, not the head.
    sha: sha ?? (pull ? (pull.merge_commit_sha ?? ZERO) : (payload.after ?? ZERO)),
    repository: repository?.full_name ?? '',
    repository_id: String(repository?.id ?? ''),
    repository_owner: repository?.owner?.login ?? '',
    repository_owner_id: String(repository?.owner?.id ?? ''),
    actor: facts.actor ?? sender?.login ?? '',
    actor_id: String(sender?.id ?? ''),
    triggering_actor: facts.actor ?? sender?.login ?? '',
    workflow: facts.workflow ?? 'Test',
    job: facts.job ?? 'test',
    run_id: String(facts.runId ?? 1001),
    run_number: '1',
    run_attempt: String(facts.runAttempt ?? 1),
    server_url: serverUrl,
    api_url: facts.apiUrl ?? 'https://api.github.com',
    graphql_url: `${facts.apiUrl ?? 'https://api.github.com'}/graphql`,
    token: facts.token ?? '',
  };
}

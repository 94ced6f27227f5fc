import { createHash } from 'node:crypto';
import { DeploymentShape } from './deployment-shape.ts';
import { Examples, type Json } from './examples.ts';
import type { Description } from './openapi/slice.ts';
import type { Comparison } from './world/history.ts';
import type { Account, Comment, Commit, Issue, PackageVersion, Pull, Reaction } from './world/types.ts';
import type { World } from './world/world.ts';

/** What the examples have and our pull requests have not. */
const NOBODY = {
  assignee: null,
  assignees: [],
  requested_reviewers: [],
  requested_teams: [],
  labels: [],
  milestone: null,
  auto_merge: null,
};

const NOBODY_AT_ISSUE = { assignee: null, assignees: [], milestone: null, locked: false, closed_by: null };

/**
 * GitHub's answers: the examples of its own description, which have every field, with our values in place of theirs.
 */
export class Shape {
  readonly deployments: DeploymentShape;
  private readonly examples: Examples;
  private readonly world: World;
  /** Base of the web pages, and of the API. */
  private readonly web: string;
  private readonly api: string;

  constructor(description: Description, world: World, web: string, api: string) {
    this.examples = new Examples(description, world, web, api);
    this.world = world;
    this.web = web;
    this.api = api;
    this.deployments = new DeploymentShape(this.examples, world, api, (account) => this.user(account));
  }

  user(account: Account): Json {
    const shown = this.examples.one('issue-comment', []).user as Json;
    const text = JSON.stringify(shown).replaceAll('octocat', encodeURIComponent(account.login));
    return { ...(JSON.parse(text) as Json), id: account.id, login: account.login, type: account.type };
  }

  authenticated(account: Account): Json {
    const example = this.examples.one('private-user-response-with-public-profile-information', []);
    const empty = { name: account.login, company: null, blog: '', location: null, email: null, bio: null };
    return { ...example, ...this.user(account), ...empty, twitter_username: null };
  }

  repository(): Json {
    const {
      parent: _parent,
      source: _source,
      template_repository: _template,
      ...own
    } = this.examples.one('full-repository-default-response');
    return { ...own, ...this.repositoryFields(), fork: false, language: null };
  }

  private repositoryFields(): Json {
    return {
      id: this.world.repositoryId,
      name: this.world.name,
      full_name: this.world.fullName,
      default_branch: this.world.defaultBranch,
      owner: this.user(this.world.account(this.world.owner)),
    };
  }

  commit(commit: Commit): Json {
    const example = this.examples.one('commit', [['6dcb09b5b57875f334f61aebed695e2e4193db5e', commit.sha]]);
    const { stats: _stats, files: _files, ...rest } = example;
    const parents = commit.parents.map((sha) => ({
      sha,
      url: `${this.api}/repos/${this.world.fullName}/commits/${sha}`,
      html_url: `${this.web}/${this.world.fullName}/commit/${sha}`,
    }));
    const content = rest.commit as Json;
    return {
      ...rest,
      sha: commit.sha,
      commit: {
        ...content,
        message: commit.message,
        tree: { ...(content.tree as Json), sha: commit.tree ?? commit.sha },
      },
      parents,
    };
  }

  /** A file, as the API that reads one path of a repository describes it. */
  file(path: string, content: string): Json {
    const url = `${this.api}/repos/${this.world.fullName}/contents/${path}`;
    const sha = createHash('sha1').update(content).digest('hex');
    const git = `${this.api}/repos/${this.world.fullName}/git/blobs/${sha}`;
    const html = `${this.web}/${this.world.fullName}/blob/${this.world.defaultBranch}/${path}`;
    return {
      type: 'file',
      encoding: 'base64',
      size: Buffer.byteLength(content),
      name: path.split('/').at(-1),
      path,
      content: Buffer.from(content).toString('base64'),
      sha,
      url,
      git_url: git,
      html_url: html,
      download_url: html,
      _links: { self: url, git, html },
    };
  }

  comparison(comparison: Comparison, shown: readonly Commit[]): Json {
    return {
      ...this.examples.one('commit-comparison'),
      status: comparison.status,
      ahead_by: comparison.ahead.length,
      behind_by: comparison.behindBy,
      total_commits: comparison.ahead.length,
      base_commit: this.commit(comparison.base),
      merge_base_commit: this.commit(comparison.mergeBase),
      commits: shown.map((commit) => this.commit(commit)),
      files: [],
    };
  }

  pull(pull: Pull, comments: number): Json {
    return {
      ...this.examples.one('pull-request', [['1347', String(pull.number)]]),
      ...this.pullFields(pull),
      merged: pull.merged,
      merged_by: pull.merged ? this.user(pull.author) : null,
      comments,
    };
  }

  pullInList(pull: Pull): Json {
    const [first] = this.examples.list('pull-request-simple-items');
    const text = JSON.stringify(first).replaceAll('1347', String(pull.number));
    return { ...(JSON.parse(text) as Json), ...this.pullFields(pull) };
  }

  private pullFields(pull: Pull): Json {
    const example = this.examples.one('pull-request');
    const side = (which: 'head' | 'base', ref: string, sha: string, id: number, owner: string): Json => {
      const shown = example[which] as Json;
      const user = this.user(this.world.account(owner));
      const repo = { ...(shown.repo as Json), ...this.repositoryFields(), id, owner: user };
      return { ...shown, label: `${owner}:${ref}`, ref, sha, user, repo };
    };
    const { repositoryId, owner } = this.world;
    const fork = pull.fork ?? { id: repositoryId, owner };
    const head = side('head', pull.head.ref, pull.head.sha, fork.id, fork.owner);
    return {
      number: pull.number,
      state: pull.state,
      title: pull.title,
      body: pull.body,
      user: this.user(pull.author),
      draft: false,
      ...NOBODY,
      head: pull.fork === null ? { ...head, repo: null } : head,
      base: side('base', pull.base, this.world.history.resolve(pull.base)?.sha ?? pull.head.sha, repositoryId, owner),
      merge_commit_sha: pull.mergeCommit ?? null,
      html_url: `${this.web}/${this.world.fullName}/pull/${pull.number}`,
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt ?? null,
      merged_at: pull.merged ? (pull.closedAt ?? null) : null,
    };
  }

  issue(issue: Issue, comments: number): Json {
    const {
      pull_request: _pull,
      pinned_comment: _pinned,
      ...example
    } = this.examples.one('issue', [['1347', String(issue.number)]]);
    const [label] = example.labels as Json[];
    return {
      ...example,
      ...NOBODY_AT_ISSUE,
      id: issue.id,
      title: issue.title,
      body: issue.body,
      state: issue.state,
      state_reason: issue.stateReason,
      labels: issue.labels.map((name) => ({ ...label, name, default: false })),
      user: this.user(issue.author),
      author_association: issue.author.type === 'Bot' ? 'NONE' : 'MEMBER',
      comments,
      created_at: issue.createdAt,
      updated_at: issue.updatedAt,
      closed_at: issue.closedAt ?? null,
    };
  }

  /** As a pull request stands among the issues. */
  pullAsIssue(pull: Pull, comments: number): Json {
    const { title, body, state, number, author, createdAt, updatedAt, closedAt } = pull;
    const issue = {
      id: number,
      number,
      title,
      body,
      state,
      stateReason: null,
      labels: [],
      author,
      createdAt,
      updatedAt,
      closedAt,
    };
    const { pull_request } = this.examples.one('issue', [['1347', String(number)]]);
    return { ...this.issue(issue, comments), pull_request };
  }

  comment(comment: Comment): Json {
    const page = `${this.web}/${this.world.fullName}/pull/${comment.number}#issuecomment-${comment.id}`;
    return {
      ...this.examples.one('issue-comment', [['1347', String(comment.number)]]),
      id: comment.id,
      url: `${this.api}/repos/${this.world.fullName}/issues/comments/${comment.id}`,
      html_url: page,
      body: comment.body,
      user: this.user(comment.author),
      author_association: comment.author.type === 'Bot' ? 'CONTRIBUTOR' : 'MEMBER',
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    };
  }

  reaction({ id, content, account }: Reaction, now: string): Json {
    return { ...this.examples.one('reaction'), id, content, user: this.user(account), created_at: now };
  }

  permission(account: Account, permission: string): Json {
    const example = this.examples.one('repository-collaborator-permission-response-if-user-has-admin-permissions');
    return {
      ...example,
      permission,
      role_name: permission,
      user: { ...(example.user as Json), ...this.user(account), role_name: permission },
    };
  }

  organisation(login: string): Json {
    return { ...this.examples.one('organization-full', []), login };
  }

  package(name: string, repository: string): Json {
    const example = this.examples.one('package-org', []);
    return {
      ...example,
      name,
      package_type: 'container',
      repository: { ...(example.repository as Json), full_name: repository },
    };
  }

  packageVersion({ id, digest, tags, updatedAt }: PackageVersion): Json {
    const [example = {}] = this.examples.list('package-versions-for-org');
    const metadata = { package_type: 'container', container: { tags } };
    return { ...example, id, name: digest, created_at: updatedAt, updated_at: updatedAt, metadata };
  }

  rateLimit(): Json {
    return this.examples.one('rate-limit-overview', []);
  }
}

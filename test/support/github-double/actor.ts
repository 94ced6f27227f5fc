import type { Api, Recorded } from './api.ts';
import { type Events, type GitHubEvent, randomCommit } from './events.ts';
import type { Fault } from './faults.ts';
import { changeState, newIssue } from './handlers/issues.ts';
import type { Permissions, Tokens } from './tokens.ts';
import type { Comment, Commit, Deployment, Environment, Issue, PackageVersion, Pull } from './world/types.ts';
import type { Settings, World } from './world/world.ts';

export interface OpenPullRequest {
  title: string;
  branch: string;
  /** Commit at its head; default: a new one on top of the base. */
  sha?: string;
  base?: string;
  author?: string;
  /** The head lives in another repository; null: in one that was deleted. */
  fork?: { id: number; owner: string } | null;
}

/**
 * What people do on GitHub, and what a test asks afterwards. Everything that happens gives the event that GitHub would
 * start workflows with. All arguments and results are plain data: `remote.ts` calls the same from another process.
 */
export class Actor {
  private readonly world: World;
  private readonly api: Api;
  private readonly events: Events;
  private readonly knownTokens: Tokens;

  constructor(world: World, api: Api, events: Events, tokens: Tokens) {
    this.world = world;
    this.api = api;
    this.events = events;
    this.knownTokens = tokens;
  }

  /** Replaces the versions of all container packages. @param ofPerson the packages belong to a person */
  setPackageVersions(versions: Omit<PackageVersion, 'id'>[], ofPerson: boolean): void {
    const numbered = versions.map((version) => ({ ...version, id: this.world.nextId() }));
    this.world.packageVersions.splice(0, this.world.packageVersions.length, ...numbered);
    this.world.ofPerson = ofPerson;
  }

  /** Digests of the versions of all container packages. */
  packageVersions(): string[] {
    return this.world.packageVersions.map(({ digest }) => digest);
  }

  /** Commits, parents before or after their children; e.g. those of a local clone (`readHistory`). */
  addCommits(commits: Commit[]): void {
    for (const commit of commits) this.world.history.add(commit);
  }

  /** Moves a branch (or makes it) to a commit; default: a new one on top of it. */
  push(branch: string, sha?: string, actor = 'developer'): GitHubEvent {
    const before = this.world.history.branches.get(branch);
    const after = this.commit(sha, before, `push to ${branch}`);
    this.world.history.branches.set(branch, after);
    return this.events.push(`refs/heads/${branch}`, before ?? '0'.repeat(40), after, actor);
  }

  /** The content of a file of the default branch, as the contents API has it. */
  putFile(path: string, content: string, branch = this.world.defaultBranch): void {
    this.world.files.set(`${branch}:${path}`, content);
  }

  pushTag(tag: string, sha: string, actor = 'developer'): GitHubEvent {
    this.world.history.tags.set(tag, sha);
    return this.events.push(`refs/tags/${tag}`, '0'.repeat(40), sha, actor);
  }

  deleteBranch(branch: string, actor = 'developer'): GitHubEvent {
    const before = this.world.history.branches.get(branch) ?? '0'.repeat(40);
    this.world.history.branches.delete(branch);
    return this.events.push(`refs/heads/${branch}`, before, '0'.repeat(40), actor);
  }

  openPullRequest(wanted: OpenPullRequest): GitHubEvent {
    const base = wanted.base ?? this.world.defaultBranch;
    const sha = this.commit(wanted.sha, this.world.history.resolve(base)?.sha, wanted.title);
    if (wanted.fork === undefined) this.world.history.branches.set(wanted.branch, sha);
    const now = this.world.now();
    const pull: Pull = {
      number: this.world.nextNumber(),
      title: wanted.title,
      body: '',
      state: 'open',
      merged: false,
      mergeCommit: undefined,
      head: { ref: wanted.branch, sha },
      fork: wanted.fork,
      base,
      author: this.world.account(wanted.author ?? wanted.fork?.owner ?? 'developer'),
      createdAt: now,
      updatedAt: now,
      closedAt: undefined,
    };
    this.world.pulls.set(pull.number, pull);
    return this.events.pullRequest(pull, 'opened');
  }

  /** A push to the head branch. */
  synchronize(number: number, sha?: string): GitHubEvent {
    const pull = this.pull(number);
    pull.head.sha = this.commit(sha, pull.head.sha, `more for #${number}`);
    if (pull.fork === undefined) this.world.history.branches.set(pull.head.ref, pull.head.sha);
    return this.events.pullRequest(this.touched(pull), 'synchronize');
  }

  /** `name`: pull_request_target for the workflow that takes environments away without a checkout. */
  closePullRequest(number: number, name: 'pull_request' | 'pull_request_target' = 'pull_request'): GitHubEvent {
    const pull = this.touched(this.pull(number));
    pull.state = 'closed';
    pull.closedAt = pull.updatedAt;
    return this.events.pullRequest(pull, 'closed', name);
  }

  reopenPullRequest(number: number): GitHubEvent {
    const pull = this.touched(this.pull(number));
    pull.state = 'open';
    pull.closedAt = undefined;
    return this.events.pullRequest(pull, 'reopened');
  }

  /** Merges it: GitHub starts workflows twice, for the closed pull request and for the push to the base. */
  mergePullRequest(number: number, mergeSha?: string): { closed: GitHubEvent; pushed: GitHubEvent } {
    const pull = this.pull(number);
    const base = this.world.history.branches.get(pull.base);
    const parents = [base, pull.head.sha].filter((sha) => sha !== undefined);
    const sha = mergeSha ?? randomCommit();
    if (!this.world.history.resolve(sha)) {
      this.world.history.add({ sha, parents, message: `Merge pull request #${number}` });
    }
    pull.merged = true;
    pull.mergeCommit = sha;
    const pushed = this.push(pull.base, sha, pull.author.login);
    return { closed: this.closePullRequest(number), pushed };
  }

  /** The workflow run that a pull request has started ends. */
  endRun(number: number, run: { id: number; name: string; conclusion: string }): GitHubEvent {
    return this.events.workflowRun(this.pull(number), run);
  }

  /** Somebody reviews a run that waits for a GitHub environment. */
  reviewRun(run: number, environment: string, login: string, state: 'approved' | 'rejected' = 'approved'): void {
    this.world.runReviews.push({ run, environment, state, account: this.world.account(login) });
  }

  /** workflow_dispatch */
  dispatch(inputs: Record<string, string>, branch = this.world.defaultBranch, actor = 'developer'): GitHubEvent {
    return this.events.dispatch(branch, inputs, actor);
  }

  schedule(cron: string): GitHubEvent {
    return this.events.schedule(cron);
  }

  /** A comment of a person, not of a workflow. */
  comment(number: number, body: string, author = 'developer', type: 'User' | 'Bot' = 'User'): number {
    const now = this.world.now();
    const id = this.world.nextId();
    const account = this.world.account(author, type);
    this.world.comments.set(id, { id, number, author: account, body, createdAt: now, updatedAt: now });
    return id;
  }

  /** An issue that a person or a bot opens; returns its number. */
  openIssue(title: string, body: string, author = 'developer', type: 'User' | 'Bot' = 'User'): number {
    const issue = newIssue(this.world, this.world.account(author, type), { title, body, labels: [] });
    return issue.number;
  }

  relabel(number: number, labels: string[]): void {
    const issue = this.world.issues.get(number);
    if (issue) issue.labels = labels;
  }

  closeIssue(number: number): void {
    const issue = this.world.issues.get(number);
    if (issue) changeState(issue, 'closed', this.world.now());
  }

  /** As `comment`, with the event that GitHub starts workflows with. */
  writeComment(number: number, body: string, author = 'developer', type: 'User' | 'Bot' = 'User'): GitHubEvent {
    const id = this.comment(number, body, author, type);
    return this.events.comment(this.world.comments.get(id) as Comment);
  }

  /** What a person may do with the repository. */
  permit(login: string, permission: 'admin' | 'write' | 'read' | 'none'): void {
    this.world.permissions.set(login, permission);
  }

  reactions(comment: number): string[] {
    return this.world.reactions.filter((one) => one.comment === comment).map(({ content }) => content);
  }

  runsAgain(): number[] {
    return [...this.world.runsAgain];
  }

  /** @param rules `approvedBy`: this reviewer approves each run that is asked about */
  protectEnvironment(
    name: string,
    rules: { requiredReviewers?: boolean; branchPolicy?: boolean; branches?: string[]; approvedBy?: string },
  ): void {
    Object.assign(this.world.environment(name), rules);
  }

  /** A variable of the repository, or of an environment; undefined: it is removed. */
  setVariable(name: string, value: string | undefined, environment = ''): void {
    const key = `${environment}:${name}`;
    if (value === undefined) this.world.variables.delete(key);
    else this.world.variables.set(key, value);
  }

  setSecret(name: string, environment = ''): void {
    this.world.secrets.add(`${environment}:${name}`);
  }

  setActions(settings: Partial<Settings>): void {
    Object.assign(this.world.settings, settings);
  }

  failChecks(sha: string): void {
    this.world.failingChecks.add(sha);
  }

  /** A further token: of github-actions[bot] by default, of a GitHub App where the login ends with [bot]. */
  addToken(permissions: Permissions, user?: string): string {
    const type = user?.endsWith('[bot]') ? 'Bot' : 'User';
    return this.knownTokens.add(permissions, user ? this.world.account(user, type) : undefined);
  }

  fault(fault: Fault): void {
    this.api.faults.add(fault);
  }

  /** What was not as GitHub documents it; empty when all is well. */
  violations(): string[] {
    return [...this.api.violations];
  }

  requests(): Recorded[] {
    return [...this.api.requests];
  }

  /** Requests that may have changed something: not those that read, nor queries. */
  writes(): Recorded[] {
    return this.requests().filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql/viewer');
  }

  comments(number: number): Comment[] {
    return [...this.world.comments.values()].filter((comment) => comment.number === number);
  }

  issues(): Issue[] {
    return [...this.world.issues.values()];
  }

  deployments(environment?: string): Deployment[] {
    return [...this.world.deployments.values()].filter((one) => (environment ?? one.environment) === one.environment);
  }

  environments(): Environment[] {
    return [...this.world.environments.values()];
  }

  pullRequests(): Pull[] {
    return [...this.world.pulls.values()];
  }

  private pull(number: number): Pull {
    const pull = this.world.pulls.get(number);
    if (!pull) throw new Error(`the double has no pull request #${number}`);
    return pull;
  }

  private touched(pull: Pull): Pull {
    pull.updatedAt = this.world.now();
    return pull;
  }

  private commit(sha: string | undefined, parent: string | undefined, message: string): string {
    const id = sha ?? randomCommit();
    if (!this.world.history.resolve(id)) this.world.history.add({ sha: id, parents: parent ? [parent] : [], message });
    return id;
  }
}

import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { LABELS } from '../../../src/objects/names.ts';
import { databaseName } from '../../../src/plan/review/database/shared-server/names.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { type ActionResult, jobFolders, type RunningAction, startAction } from '../../../test/support/action-runner.ts';
import { ClusterView } from '../../../test/support/e2e/cluster.ts';
import { type GitHubDouble, startGitHubDouble } from '../../../test/support/github-double/double.ts';
import type { GitHubEvent } from '../../../test/support/github-double/events.ts';
import { adminCluster } from '../../../test/support/kube/cluster.ts';
import { scratchFolder } from '../../../test/support/runner/scratch.ts';
import { Foreign } from './foreign.ts';
import { databasesOn } from './server.ts';

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };
const APP = 'soak';
/** A server that ends when it is told to. */
const SERVE = `exec python3 -c "
import http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.test(http.server.SimpleHTTPRequestHandler, port=8080)"`;

/** A repository on the double of GitHub, whose actions are run as they are released, on the local platform. */
export class ReviewSite {
  private readonly platform: Platform;
  private readonly github: GitHubDouble;
  private readonly cluster: KubeCluster;
  private readonly view: ClusterView;
  private readonly repositoryId: number;
  private readonly foreign: Foreign;
  private readonly pulls = new Map<number, { event: GitHubEvent; shared: boolean }>();
  /** Milliseconds that a run takes when nothing disturbs it. */
  private usualMs = 6_000;

  private constructor(platform: Platform, github: GitHubDouble, repositoryId: number) {
    this.platform = platform;
    this.github = github;
    this.repositoryId = repositoryId;
    this.cluster = adminCluster(platform);
    this.view = new ClusterView(platform);
    this.foreign = new Foreign(this.cluster);
  }

  static async open(platform: Platform): Promise<ReviewSite> {
    const repositoryId = randomInt(1_000_000_000, 2_000_000_000);
    const github = await startGitHubDouble({ repositoryId });
    github.actor.push('main');
    const site = new ReviewSite(platform, github, repositoryId);
    // Pull requests use the shared server of the default branch.
    github.actor.putFile('slipway.yml', site.yaml(true));
    await site.foreign.make(APP, repositoryId);
    return site;
  }

  openPullRequest(shared: boolean): number {
    const event = this.github.actor.openPullRequest({ title: 'soak', branch: `soak-${this.pulls.size}` });
    const { number } = event.payload as { number: number };
    this.pulls.set(number, { event, shared });
    return number;
  }

  push(number: number): void {
    this.heard(number, this.github.actor.synchronize(number));
  }

  closePullRequest(number: number): void {
    this.heard(number, this.github.actor.closePullRequest(number));
  }

  /**
   * review-environment for the last event of a pull request.
   * @param killAt kills its whole process tree at this part of the usual time
   * @returns undefined when it was killed
   */
  async run(number: number, killAt: number | undefined): Promise<ActionResult | undefined> {
    return this.ended(await this.start('review-environment', number), killAt);
  }

  /** The same for a pull request that is closed while it runs; no event of that comes. */
  async runAndClose(number: number): Promise<ActionResult> {
    const running = await this.start('review-environment', number);
    const closing = () => void this.closePullRequest(number);
    await running.waitFor('cluster').then(closing, closing);
    return running.result;
  }

  async reap(killAt: number | undefined): Promise<ActionResult | undefined> {
    return this.ended(await this.start('reap-environments'), killAt);
  }

  /** The environment of a pull request answers at its URL. */
  answers(number: number): Promise<boolean> {
    const host = `pr-${number}-${this.repositoryId}.localhost`;
    return new Promise((resolve) => {
      // A name under .localhost is this machine, as in a browser.
      const options = { host: '127.0.0.1', port: this.platform.ingress.port, headers: { host } };
      get(options, (answer) => resolve(answer.resume().statusCode === 200)).on('error', () => resolve(false));
    });
  }

  private async ended(running: RunningAction, killAt: number | undefined): Promise<ActionResult | undefined> {
    if (killAt === undefined) {
      const result = await running.result;
      this.usualMs = result.ms;
      return result;
    }
    const ended = await Promise.race([running.result, delay(killAt * this.usualMs)]);
    if (ended !== undefined) return ended;
    await running.kill();
    return undefined;
  }

  private heard(number: number, event: GitHubEvent): void {
    this.pulls.set(number, { event, shared: this.pulls.get(number)?.shared ?? false });
  }

  private start(action: string, number?: number): Promise<RunningAction> {
    const pull = number === undefined ? undefined : this.pulls.get(number);
    const event = pull?.event ?? this.github.actor.schedule('17 * * * *');
    const repository = this.pulls.values().next().value?.event.payload.repository;
    const payload: GitHubEvent['payload'] = { ...event.payload, repository };
    const folders = jobFolders(scratchFolder());
    writeFileSync(join(folders.workspace, 'slipway.yml'), this.yaml(pull?.shared ?? false));
    return startAction({
      action,
      inputs: number === undefined || this.isClosed(number) ? {} : { image: this.platform.baseImages.python },
      folders,
      trigger: { event: event.name, payload, sha: event.sha, ref: event.ref },
      facts: { token: this.github.token, apiUrl: this.github.apiUrl, serverUrl: this.github.url },
      env: platformEnv(this.platform),
    });
  }

  private yaml(shared: boolean): string {
    const { ingress, registry } = this.platform;
    const server = `server: { namespace: ${this.serverNamespace}, memory: 512Mi }`;
    const database = `database: { mode: shared, image: "${registry}/library/postgres:15", ${server} }`;
    return [
      `app: ${APP}`,
      `image: { repository: ${registry}/soak }`,
      `deploy: { command: ${JSON.stringify(SERVE)}, drain: 1s }`,
      `review: { host: "pr-{number}-${this.repositoryId}.localhost"${shared ? `, ${database}` : ''} }`,
      `ingress: { class: ${ingress.className}, port: ${ingress.port} }`,
      '',
    ].join('\n');
  }

  private get serverNamespace(): string {
    return `soak-databases-${this.repositoryId}`;
  }

  isClosed(number: number): boolean {
    return !this.open().includes(number);
  }

  /** Numbers of the open pull requests. */
  open(): number[] {
    const open = this.github.actor.pullRequests().filter(({ state }) => state === 'open');
    return open.map(({ number }) => number);
  }

  /** Pull requests with an environment. */
  async withEnvironment(): Promise<number[]> {
    return (await this.ours()).map(({ metadata }) => Number(metadata.labels?.[LABELS.pullRequest]));
  }

  private async ours(): Promise<KubeObject[]> {
    const labelSelector = `${LABELS.repository}=${this.repositoryId},${LABELS.managedBy}=slipway,${LABELS.environment}!=staging`;
    return this.cluster.list(NAMESPACE, { labelSelector });
  }

  /** Objects of every kind, and databases on the server, of closed pull requests. */
  async leftOfClosed(): Promise<string[]> {
    const open = this.open();
    const others = open.length > 0 ? `,${LABELS.pullRequest} notin (${open.join(', ')})` : '';
    const found = await this.view.everything(`${LABELS.repository}=${this.repositoryId}${others}`);
    // A run that was killed leaves the Job that it ran beside the server; the cluster removes it an hour after its end.
    const passing = new RegExp(`^(Job|Pod) ${this.serverNamespace}/provision-`);
    const objects = found.filter((object) => {
      const [, place = '', name = ''] = /^\S+ (.*)\/(.*)$/.exec(object) ?? [];
      return !passing.test(object) && !this.foreign.isForeign(place) && !this.foreign.isForeign(name);
    });
    const wanted = open.map((number) => databaseName({ app: APP, repositoryId: this.repositoryId, number }));
    const databases = (await databasesOn(this.platform, this.serverNamespace)).filter((name) => !wanted.includes(name));
    return [...objects, ...databases.map((name) => `database ${name}`)];
  }

  /** What is gone of others, and what was said more than once, or asked of GitHub and is not documented. */
  async violations(): Promise<string[]> {
    const flooded = this.github.actor
      .pullRequests()
      .filter(({ number }) => this.github.actor.comments(number).length > 1)
      .map(({ number }) => `more than one comment on #${number}`);
    return [...(await this.foreign.violations()), ...flooded, ...this.github.actor.violations()];
  }

  async close(): Promise<void> {
    for (const { metadata } of await this.ours()) await this.cluster.delete({ ...NAMESPACE, name: metadata.name });
    await this.cluster.delete({ ...NAMESPACE, name: this.serverNamespace });
    await this.foreign.remove();
    this.cluster.close();
    await this.github.close();
  }
}

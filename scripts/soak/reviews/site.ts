import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { LABELS, reviewNamespace } from '../../../src/plan/names.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { type ActionResult, jobFolders, startAction } from '../../../test/support/action-runner.ts';
import { type GitHubDouble, startGitHubDouble } from '../../../test/support/github-double/double.ts';
import type { GitHubEvent } from '../../../test/support/github-double/events.ts';
import { adminCluster } from '../../../test/support/kube/cluster.ts';
import { scratchFolder } from '../../../test/support/runner/scratch.ts';

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };
const APP = 'soak';

/** A repository on the double of GitHub, whose actions are run as they are released, on the local platform. */
export class ReviewSite {
  private readonly platform: Platform;
  private readonly github: GitHubDouble;
  private readonly cluster: KubeCluster;
  private readonly repositoryId: number;
  private readonly foreign: string[] = [];
  private readonly events = new Map<number, GitHubEvent>();

  private constructor(platform: Platform, github: GitHubDouble, repositoryId: number) {
    this.platform = platform;
    this.github = github;
    this.repositoryId = repositoryId;
    this.cluster = adminCluster(platform);
  }

  static async open(platform: Platform): Promise<ReviewSite> {
    const repositoryId = randomInt(1_000_000_000, 2_000_000_000);
    const github = await startGitHubDouble({ repositoryId });
    github.actor.push('main');
    const site = new ReviewSite(platform, github, repositoryId);
    await site.makeForeign();
    return site;
  }

  /** What is not ours, and looks a little like it. */
  private async makeForeign(): Promise<void> {
    const labels = { [LABELS.managedBy]: 'slipway', [LABELS.app]: APP, [LABELS.pullRequest]: '1' };
    const others: [string, Record<string, string>][] = [
      [`soak-other-${this.repositoryId}`, { ...labels, [LABELS.repository]: String(this.repositoryId + 1) }],
      [
        `soak-hand-${this.repositoryId}`,
        { ...labels, [LABELS.managedBy]: 'hand', [LABELS.repository]: String(this.repositoryId) },
      ],
      [`soak-plain-${this.repositoryId}`, {}],
    ];
    for (const [name, some] of others) {
      await this.cluster.create({ ...NAMESPACE, metadata: { name, labels: some } }, { fieldManager: 'soak' });
      this.foreign.push(name);
    }
  }

  openPullRequest(): number {
    const event = this.github.actor.openPullRequest({ title: 'soak', branch: `soak-${this.events.size}` });
    const { number } = event.payload as { number: number };
    this.events.set(number, event);
    return number;
  }

  push(number: number): void {
    this.events.set(number, this.github.actor.synchronize(number));
  }

  closePullRequest(number: number): void {
    this.events.set(number, this.github.actor.closePullRequest(number));
  }

  /**
   * review-environment for the last event of a pull request.
   * @param killAfterMs kills its whole process tree then
   * @param closing the pull request is closed while it runs, and no event of that comes
   * @returns whether it was killed
   */
  async up(number: number, killAfterMs: number | undefined, closing: boolean): Promise<boolean> {
    const running = await this.start('review-environment', this.events.get(number), { image: this.image() });
    if (closing)
      void running.waitFor('cluster').then(
        () => this.closePullRequest(number),
        () => undefined,
      );
    if (killAfterMs === undefined) {
      await running.result;
      return false;
    }
    return this.killed(running, killAfterMs);
  }

  async down(number: number, killAfterMs: number | undefined): Promise<boolean> {
    const running = await this.start('review-environment', this.events.get(number), {});
    if (killAfterMs !== undefined) return this.killed(running, killAfterMs);
    await running.result;
    return false;
  }

  async reap(): Promise<ActionResult> {
    const event = this.github.actor.schedule('17 * * * *');
    const payload = { ...event.payload, repository: this.events.values().next().value?.payload.repository };
    return (await this.start('reap-environments', { ...event, payload }, {})).result;
  }

  private async killed(running: Awaited<ReturnType<typeof startAction>>, afterMs: number): Promise<boolean> {
    const ended = await Promise.race([running.result.then(() => true), delay(afterMs).then(() => false)]);
    if (!ended) await running.kill();
    return !ended;
  }

  private start(action: string, event: GitHubEvent | undefined, inputs: Record<string, string>) {
    if (!event) throw new Error('no event');
    const folders = jobFolders(scratchFolder());
    writeFileSync(join(folders.workspace, 'slipway.yml'), this.yaml());
    return startAction({
      action,
      inputs,
      folders,
      trigger: { event: event.name, payload: event.payload, sha: event.sha, ref: event.ref },
      facts: { token: this.github.token, apiUrl: this.github.apiUrl, serverUrl: this.github.url },
      env: platformEnv(this.platform),
    });
  }

  private image(): string {
    return this.platform.baseImages.python;
  }

  private yaml(): string {
    const { ingress, registry } = this.platform;
    return [
      `app: ${APP}`,
      `image: { repository: ${registry}/soak }`,
      'deploy: { command: "exec python3 -m http.server 8080", drain: 1s }',
      `review: { host: "pr-{number}-${this.repositoryId}.localhost" }`,
      `ingress: { class: ${ingress.className}, port: ${ingress.port} }`,
      '',
    ].join('\n');
  }

  private open(): Set<number> {
    const open = this.github.actor.pullRequests().filter(({ state }) => state === 'open');
    return new Set(open.map(({ number }) => number));
  }

  private async ours(): Promise<KubeObject[]> {
    const labelSelector = `${LABELS.repository}=${this.repositoryId},${LABELS.managedBy}=slipway`;
    return this.cluster.list(NAMESPACE, { labelSelector });
  }

  /** Namespaces of pull requests that are closed. */
  async leftOfClosed(): Promise<string[]> {
    const open = this.open();
    const ours = await this.ours();
    return ours
      .filter(({ metadata }) => !open.has(Number(metadata.labels?.[LABELS.pullRequest])))
      .map(({ metadata }) => metadata.name);
  }

  /** What the reaper left, what it took that it should not have, and what was asked of GitHub that is not documented. */
  async violations(): Promise<string[]> {
    const left = (await this.leftOfClosed()).map((name) => `left over: ${name}`);
    const there = new Set((await this.ours()).map(({ metadata }) => metadata.name));
    const wanted = this.readyBefore.filter((number) => this.open().has(number));
    const gone = wanted
      .map((number) => reviewNamespace(APP, this.repositoryId, number))
      .filter((name) => !there.has(name))
      .map((name) => `gone, and its pull request is open: ${name}`);
    const foreign: string[] = [];
    for (const name of this.foreign) {
      const live = await this.cluster.get({ ...NAMESPACE, name });
      if (live === undefined || live.metadata.deletionTimestamp !== undefined)
        foreign.push(`not ours, and gone: ${name}`);
    }
    const stale = this.github.actor
      .pullRequests()
      .filter(({ number, state }) => state === 'closed' && this.github.actor.comments(number).length > 1)
      .map(({ number }) => `more than one comment on #${number}`);
    return [...left, ...gone, ...foreign, ...stale];
  }

  /** Pull requests with an environment, as of now. */
  private readyBefore: number[] = [];
  async remember(): Promise<void> {
    this.readyBefore = (await this.ours()).map(({ metadata }) => Number(metadata.labels?.[LABELS.pullRequest]));
  }

  async close(): Promise<string[]> {
    for (const { metadata } of await this.ours()) await this.cluster.delete({ ...NAMESPACE, name: metadata.name });
    for (const name of this.foreign) await this.cluster.delete({ ...NAMESPACE, name });
    this.cluster.close();
    await this.github.close();
    return this.github.actor.violations();
  }
}

import { randomInt } from 'node:crypto';
import type { Platform } from '../../../local/platform.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { ANNOTATIONS, LABELS, reviewNamespace } from '../../../src/objects/names.ts';
import { DATABASE_RECORD } from '../../../src/plan/review/database/shared-server/jobs.ts';
import { ownerLabels } from '../../../src/plan/review/environment/owner.ts';
import type { Clock, Cluster, GitHub, KubeObject } from '../../../src/ports.ts';
import { reviewComment } from '../../../src/report/review-comment.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { runReap } from '../../../src/stages/reap/run.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import { adminCluster, memoryLog } from '../../support/kube/cluster.ts';
import { stateOf } from '../../support/unit/review.ts';

const HOUR = 3_600_000;

interface Environment {
  app?: string;
  expiresInMs?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A repository on the double of GitHub, and bare namespaces in a real cluster that are its review environments. */
export class ReapStage {
  readonly log = memoryLog();
  readonly cluster: KubeCluster;
  readonly github: GitHubDouble;
  readonly repositoryId: number;

  private constructor(platform: Platform, github: GitHubDouble, repositoryId: number) {
    this.cluster = adminCluster(platform, this.log);
    this.github = github;
    this.repositoryId = repositoryId;
  }

  static async open(platform: Platform): Promise<ReapStage> {
    const repositoryId = randomInt(1_000_000_000, 2_000_000_000);
    const github = await startGitHubDouble({ repositoryId });
    github.actor.push('main');
    return new ReapStage(platform, github, repositoryId);
  }

  /** @returns what was asked of GitHub that is not documented */
  async close(): Promise<string[]> {
    const labelSelector = `slipway.dev/repository-id=${this.repositoryId}`;
    for (const { metadata } of await this.cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector })) {
      await this.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: metadata.name });
    }
    this.cluster.close();
    await this.github.close();
    return this.github.actor.violations();
  }

  /** A pull request with an environment, its comment and its deployment, as `up` leaves them. */
  async opened(
    title: string,
    options: Omit<Environment, 'labels'> & { namespace?: boolean; bare?: boolean } = {},
  ): Promise<number> {
    this.github.actor.openPullRequest({ title, branch: title.replaceAll(' ', '-') });
    const number = this.github.actor.pullRequests().length;
    if (options.namespace !== false) await this.environment(number, options);
    if (!options.bare) await this.told(number, options.app ?? 'parking');
    return number;
  }

  /** A namespace with the labels of a pull request. */
  async environment(
    number: number,
    { app = 'parking', expiresInMs = HOUR, labels = {}, annotations = {} }: Environment = {},
  ): Promise<string> {
    const name = reviewNamespace(app, this.repositoryId, number);
    const owner = ownerLabels({ app, repositoryId: this.repositoryId, number });
    const metadata = {
      name,
      labels: { ...owner, 'slipway.dev/environment': 'review', ...labels },
      annotations: { [ANNOTATIONS.expiresAt]: new Date(Date.now() + expiresInMs).toISOString(), ...annotations },
    };
    await this.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata }, { fieldManager: 'test' });
    return name;
  }

  /** Says that a shared server, which has gone meanwhile, holds a database for each of the pull requests. */
  async databases(...numbers: number[]): Promise<void> {
    const namespace = `databases-${this.repositoryId}`;
    // The label lets `close` find it.
    const labels = { [LABELS.repository]: String(this.repositoryId) };
    await this.cluster.create(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
      { fieldManager: 'test' },
    );
    for (const number of numbers) {
      const owner = ownerLabels({ app: 'parking', repositoryId: this.repositoryId, number });
      const record: KubeObject = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `pr-${number}`, namespace, labels: { ...owner, [LABELS.component]: DATABASE_RECORD } },
        data: { database: `slipway_pr${number}`, secret: 'gone', image: 'postgres', runAs: 'as-built' },
      };
      await this.cluster.create(record, { fieldManager: 'test' });
    }
  }

  /** Names of the databases that a shared server is said to hold. */
  async databasesLeft(): Promise<string[]> {
    const labelSelector = `${LABELS.component}=${DATABASE_RECORD}`;
    const namespace = `databases-${this.repositoryId}`;
    const left = await this.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace, labelSelector });
    return left.map(({ metadata }) => metadata.name);
  }

  private async told(number: number, app: string): Promise<void> {
    const github = this.port();
    const commit = this.github.actor.pullRequests().find((pull) => pull.number === number)?.head.sha ?? '';
    const state = stateOf({ app, number, commit });
    await github.upsertComment(number, `<!-- slipway:review:${app} -->`, reviewComment(state));
    const environment = `review/pr-${number}`;
    const request = { ref: commit, environment, description: '', transient: false, production: false };
    const id = await github.createDeployment(request);
    await github.setDeploymentStatus(id, { state: 'success', description: 'it answers' });
  }

  /** GitHub, without the pauses between writes. */
  port(token = this.github.token) {
    const clock: Clock = { ...systemClock, sleep: async () => undefined };
    return createGitHub({
      token,
      apiUrl: this.github.apiUrl,
      repository: this.github.repository,
      clock,
      log: this.log,
      signal: new AbortController().signal,
      redact: (text) => text,
    });
  }

  reap(
    options: {
      dryRun?: boolean;
      clock?: Clock;
      cluster?: Cluster;
      repositoryId?: number;
      token?: string;
      github?: GitHub;
    } = {},
  ): Promise<StageResult> {
    const { dryRun = false, clock = systemClock, cluster = this.cluster, repositoryId = this.repositoryId } = options;
    const github = options.github ?? this.port(options.token);
    const ports = { connect: async () => cluster, github, clock, log: this.log, signal: new AbortController().signal };
    return runReap(
      { repositoryId, namespace: undefined, dryRun, run: 'https://github.com/acme/parking/actions/runs/9' },
      ports,
    );
  }

  async exists(name: string): Promise<boolean> {
    const live = await this.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name });
    return live !== undefined && live.metadata.deletionTimestamp === undefined;
  }

  name(number: number, app = 'parking'): string {
    return reviewNamespace(app, this.repositoryId, number);
  }

  comment(number: number): string {
    return this.github.actor.comments(number)[0]?.body ?? '';
  }

  deploymentState(number: number): string | undefined {
    return this.github.actor.deployments(`review/pr-${number}`)[0]?.statuses.at(-1)?.state;
  }
}

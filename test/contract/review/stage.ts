import { randomBytes, randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { platformEnv } from '../../../local/platform.ts';
import type { Platform } from '../../../local/types.ts';
import { Secrets } from '../../../src/adapters/actions/secrets.ts';
import { TerminalLog } from '../../../src/adapters/actions/terminal-log.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { DockerContainers } from '../../../src/adapters/docker/containers.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { http } from '../../../src/adapters/http/http.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import { createConfinedRenderer } from '../../../src/adapters/kube/render/confined/renderer.ts';
import { parseConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import { type Commanded, commandedBy } from '../../../src/entry/review-command.ts';
import { parseEvent } from '../../../src/event/parse.ts';
import type { PipelineEvent } from '../../../src/event/pipeline-event.ts';
import type { Operation, ReviewInputs } from '../../../src/inputs/review-environment.ts';
import { NO_REVIEW_INPUTS } from '../../../src/inputs/review-environment.ts';
import type { VisitorCredentials } from '../../../src/objects/ingress/login.ts';
import { reviewNamespace } from '../../../src/objects/names.ts';
import { seedFile } from '../../../src/plan/review/database/seed.ts';
import { planTemplate } from '../../../src/plan/review/database/template-plan.ts';
import { reviewTask, type Task } from '../../../src/plan/review/operation.ts';
import { configOfVariant } from '../../../src/plan/review/variant.ts';
import { planReviewAct, planReviewDown, planReviewUp } from '../../../src/plan/review-plan.ts';
import { planBlackBox } from '../../../src/plan/test-plan.ts';
import type { Cluster } from '../../../src/ports.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { answerCommand } from '../../../src/stages/review/command.ts';
import { resolveVariant } from '../../../src/stages/review/environment/resolve-variant.ts';
import type { ReviewPorts } from '../../../src/stages/review/ports.ts';
import { runReview } from '../../../src/stages/review/run.ts';
import type { RunTests } from '../../../src/stages/review/tests.ts';
import { runBlackBox } from '../../../src/stages/test/run.ts';
import { stringifyJson } from '../../../src/text/json.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import type { GitHubEvent } from '../../support/github-double/events.ts';
import { REPOSITORY, StageImages } from './images.ts';
import { leftoversOf } from './leftovers.ts';

/** A shell line that serves and ends when it is told to: as the first process of its container it must say so. */
export const SERVE =
  "exec python3 -c 'import signal, http.server as h; signal.signal(15, lambda *_: exit()); h.test(h.SimpleHTTPRequestHandler, port=8080)'";

/** What a test may say differently about one run. */
export interface RunOptions {
  image?: string;
  /** `deploy` and `review` of slipway.yml; $REGISTRY and $ID are replaced. */
  deploy?: string;
  review?: string;
  tests?: string;
  /** What the file of the seed holds. */
  seed?: string | Buffer;
  operation?: Operation;
  variant?: string;
  /** Absolute folder of the checkout, with the team's own objects. */
  folder?: string;
  ports?: Partial<ReviewPorts>;
  token?: string;
  /** `ingress` of slipway.yml, besides class and port. */
  ingress?: string;
  /** What visitors are asked for. */
  credentials?: VisitorCredentials;
}

/** A repository on the double of GitHub, with review environments on the local platform. Real but for GitHub. */
export class ReviewStage {
  readonly lines: string[] = [];
  readonly repositoryId: number;
  readonly cluster: Cluster;
  readonly github: GitHubDouble;
  readonly images: StageImages;
  private readonly platform: Platform;
  private readonly secrets = new Secrets();
  private readonly cancel = new AbortController();

  private constructor(platform: Platform, github: GitHubDouble, repositoryId: number) {
    this.platform = platform;
    this.github = github;
    this.repositoryId = repositoryId;
    this.images = new StageImages(platform, repositoryId, this.log);
    const connection = readKubeconfig(platform.kubeconfig, platform.context);
    this.cluster = openKube({ connection, clock: systemClock, log: this.log, signal: this.cancel.signal });
  }

  /** The id of the repository is its own, so that tests side by side have namespaces of their own. */
  static async open(platform: Platform): Promise<ReviewStage> {
    const repositoryId = randomInt(1_000_000_000, 2_000_000_000);
    const github = await startGitHubDouble({ repositoryId });
    github.actor.push('main');
    return new ReviewStage(platform, github, repositoryId);
  }

  /** Closes the double; nothing undocumented may have been asked of it. Removes what a failed test left. */
  async close(): Promise<string[]> {
    const selection = { labelSelector: `slipway.dev/repository-id=${this.repositoryId}` };
    for (const { kind, apiVersion, metadata } of await this.cluster.list(
      { apiVersion: 'v1', kind: 'Namespace' },
      selection,
    )) {
      await this.cluster.delete({ apiVersion, kind, name: metadata.name });
    }
    await this.images.remove();
    await this.github.close();
    return this.github.actor.violations();
  }

  namespace(number: number, variant?: string): string {
    return reviewNamespace('parking', this.repositoryId, number, variant);
  }

  /** Pods and events of an environment, for the message of a failed test. */
  async state(number: number): Promise<string[]> {
    const namespace = this.namespace(number);
    const pods = await this.cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
    const events = await this.cluster.list({ apiVersion: 'v1', kind: 'Event' }, { namespace });
    return [...pods, ...events].map((object) =>
      stringifyJson({ ...object, spec: undefined, metadata: { name: object.metadata.name } }),
    );
  }

  get log(): TerminalLog {
    return new TerminalLog(this.secrets, true, (text) => this.lines.push(text.trimEnd()));
  }

  /** Runs review-environment for an event, as the entry does. */
  async run(event: GitHubEvent, options: RunOptions = {}): Promise<StageResult> {
    const env = {
      GITHUB_EVENT_NAME: event.name,
      GITHUB_SHA: event.sha,
      GITHUB_REF: event.ref,
      GITHUB_SERVER_URL: this.github.url,
      GITHUB_REPOSITORY: this.github.repository,
      GITHUB_RUN_ID: '5',
    };
    const parsed = parseEvent(env, event.payload);
    const image = options.image;
    const inputs = { ...NO_REVIEW_INPUTS, operation: options.operation ?? 'auto', image, variant: options.variant };
    return this.carryOut(reviewTask(inputs, parsed), inputs, parsed, options);
  }

  /** A comment on a pull request, and what review-environment with `operation: command` does about it. */
  async command(number: number, body: string, author = 'maintainer', options: RunOptions = {}): Promise<StageResult> {
    const event = this.github.actor.writeComment(number, body, author);
    const env = {
      GITHUB_EVENT_NAME: event.name,
      GITHUB_SHA: event.sha,
      GITHUB_SERVER_URL: this.github.url,
      GITHUB_REPOSITORY: this.github.repository,
      GITHUB_RUN_ID: '6',
    };
    const parsed = parseEvent(env, event.payload);
    if (parsed.kind !== 'comment') throw new Error('no comment');
    const { github, log } = this.ports(options.token);
    if (!github) throw new Error('no token');
    return answerCommand(parsed, {
      github,
      log,
      app: 'parking',
      carryOut: async (command, by) => {
        const given = { ...NO_REVIEW_INPUTS, operation: 'auto' as const, image: options.image, number };
        const { inputs, task, commit } = commandedBy(command, by, given, number);
        const { variant: named } = inputs;
        const owner = { app: 'parking', repositoryId: this.repositoryId, number, variant: named };
        const variant =
          task.operation === 'up' ? await resolveVariant(owner, undefined, { cluster: this.cluster, log }) : named;
        return this.carryOut(task, { ...inputs, variant }, parsed, options, { by, commit });
      },
    });
  }

  private async carryOut(
    task: Task,
    inputs: ReviewInputs,
    parsed: PipelineEvent,
    options: RunOptions,
    asked?: Pick<Commanded, 'by' | 'commit'>,
  ): Promise<StageResult> {
    const { number } = task;
    const config = configOfVariant(parseConfig(this.yaml(options), 'slipway.yml'), inputs.variant);
    if (options.seed !== undefined && config.review?.database) config.review.database.seed ??= 'db/seed.sql';
    const path = seedFile(config.review?.database?.seed);
    const content = typeof options.seed === 'string' ? Buffer.from(options.seed) : options.seed;
    const seed = path === undefined || content === undefined ? undefined : { path, content };
    const plan = () => {
      if (task.operation === 'down') return planReviewDown(undefined, parsed, number, asked?.by, inputs.variant);
      if (task.operation === 'act')
        return planReviewAct(task.act, undefined, parsed, number, {
          asked: asked?.by,
          variant: inputs.variant,
          timeoutMs: inputs.timeoutMs,
        });
      if (task.operation === 'template') return planTemplate(inputs, config, parsed, seed);
      const folders = options.folder === undefined ? undefined : { app: options.folder, checkout: options.folder };
      return planReviewUp(inputs, config, parsed, number, seed, asked, folders);
    };
    return runReview(plan(), {
      ...this.ports(options.token),
      credentials: options.credentials,
      runTests: this.runTests(config, options.credentials),
      ...options.ports,
    });
  }

  private runTests(config: Config, login: VisitorCredentials | undefined): RunTests {
    const env = platformEnv(this.platform);
    const { log, cancel } = this;
    const ports = { clock: systemClock, log, signal: cancel.signal };
    return (request) => {
      const surroundings = { runId: randomBytes(4).toString('hex'), password: 'unused', temp: tmpdir(), login };
      const plan = planBlackBox({ ...request, workingDirectory: 'examples/parking' }, config, surroundings);
      return runBlackBox(plan, {
        ...ports,
        images: new DockerBuilder(env),
        containers: new DockerContainers(env),
        files: localFiles,
      });
    };
  }

  ports(token = this.github.token): ReviewPorts {
    const options = { token, apiUrl: this.github.apiUrl, repository: this.github.repository };
    const redact = (text: string) => this.secrets.redact(text);
    const signal = this.cancel.signal;
    return {
      connect: async () => this.cluster,
      registry: this.images.registry,
      github: createGitHub({ ...options, clock: systemClock, log: this.log, signal, redact }),
      builder: new DockerBuilder(platformEnv(this.platform)),
      renderer: createConfinedRenderer({ ...process.env, ...platformEnv(this.platform) }),
      http,
      runTests: undefined,
      variables: { read: () => undefined },
      clock: systemClock,
      log: this.log,
      signal,
    };
  }

  /** The example, built and pushed for a pull request: its reference by digest. */
  image(version: string, number: number): Promise<string> {
    return this.images.make(version, number);
  }

  private yaml({ deploy, review, tests, ingress: more }: RunOptions): string {
    const { ingress, registry } = this.platform;
    const text = [
      'app: parking',
      `image: { repository: "$REGISTRY/${REPOSITORY}" }`,
      `deploy: ${deploy ?? '{ health: /healthz, migrate: python3 -m parking.migrate, drain: 1s }'}`,
      `review: ${review ?? '{ host: "pr-{number}-$ID.localhost", database: { image: "$REGISTRY/library/postgres:15" } }'}`,
      ...(tests ? [`tests: ${tests}`] : []),
      `ingress: { class: ${ingress.className}, port: ${ingress.port}${more ? `, ${more}` : ''} }`,
    ].join('\n');
    return text.replaceAll('$REGISTRY', registry).replaceAll('$ID', String(this.repositoryId));
  }

  /** All objects of ours in the cluster, of every kind that carries our labels. */
  leftovers(number: number): Promise<string[]> {
    return leftoversOf(this.cluster, this.repositoryId, number, this.namespace(number));
  }
}

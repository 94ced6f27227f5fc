import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Platform } from '../../../local/platform.ts';
import { platformEnv } from '../../../local/platform.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import type { GitHubEvent } from '../../support/github-double/events.ts';
import { readHistory } from '../../support/github-double/history-of-clone.ts';
import { nodeVersion } from '../../support/node-versions.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { checkoutFrom, type Replacement, runWorkflow, type WorkflowRun } from '../../support/workflow-runner.ts';
import { Repository } from './repository.ts';

const workflows = fileURLToPath(new URL('../../../workflows/', import.meta.url));

/** A Secret with DATABASE_URL, and the PostgreSQL that it names: what a team has, and Slipway does not make. */
const database = (namespace: string, image: string, password: string) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'parking-database', namespace },
    stringData: { DATABASE_URL: `postgresql://postgres:${password}@team-database:5432/postgres` },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'team-database', namespace },
    spec: { selector: { team: 'database' }, ports: [{ port: 5432 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'team-database', namespace, labels: { team: 'database' } },
    spec: {
      containers: [{ name: 'postgres', image, env: [{ name: 'POSTGRES_PASSWORD', value: password }] }],
    },
  },
];

/** A team with a repository on (a double of) GitHub, and workflows/ copied into it, against the local platform. */
export class Team {
  readonly name = `wf-${randomBytes(3).toString('hex')}`;
  readonly repository: Repository;
  readonly github: GitHubDouble;
  readonly platform: Platform;
  private readonly env: NodeJS.ProcessEnv;
  /** Jobs that signed in, by workflow and job. */
  readonly signIns: string[] = [];
  private runs = 0;

  private constructor(platform: Platform, github: GitHubDouble) {
    this.platform = platform;
    this.github = github;
    // kubectl keeps a cache in HOME; without one, in the current folder.
    this.env = { HOME: scratchFolder(), ...platformEnv(platform) };
    this.repository = new Repository([
      ['app: parking', `app: ${this.name}`],
      ['localhost:5000/apps/parking', `${platform.registry}/e2e/${this.name}`],
      ['parking.localhost', `${this.name}.localhost`],
      ['namespace: parking-staging', `namespace: ${this.name}-staging`],
      ['namespace: parking,', `namespace: ${this.name}-production,`],
      ['ingress: { port: 8080 }', `ingress: { port: ${platform.ingress.port} }`],
    ]);
  }

  static async open(platform: Platform): Promise<Team> {
    const team = new Team(platform, await startGitHubDouble({ repositoryId: randomBytes(3).readUIntBE(0, 3) }));
    team.github.actor.addCommits(await readHistory(team.repository.clone));
    team.github.actor.protectEnvironment('staging', { branchPolicy: true });
    team.github.actor.protectEnvironment('production', { branchPolicy: true, requiredReviewers: true });
    for (const environment of ['staging', 'production']) team.prepare(environment);
    return team;
  }

  /** A namespace of the team, with a database; answers its name. */
  prepare(environment: string): string {
    const namespace = `${this.name}-${environment}`;
    const items = database(namespace, this.platform.baseImages.postgres, randomBytes(9).toString('hex'));
    this.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return namespace;
  }

  /** Takes away what the team made; answers what the double found undocumented. */
  async close(): Promise<string[]> {
    const violations = this.github.actor.violations();
    const namespaces = this.namespaces();
    if (namespaces.length > 0)
      this.kubectl(['delete', 'namespace', '--ignore-not-found', '--wait=false', ...namespaces]);
    const images = this.docker(
      'image',
      'ls',
      '--quiet',
      '--filter',
      `reference=${this.platform.registry}/e2e/${this.name}`,
    );
    if (images !== '') this.docker('image', 'rm', '--force', ...new Set(images.split('\n')));
    await this.github.close();
    return violations;
  }

  url(host: string): string {
    return `http://${host}.${this.name}.localhost:${this.platform.ingress.port}`;
  }

  namespaces(): string[] {
    const names = this.kubectl(['get', 'namespaces', '-o', 'name']).split('\n');
    return names.map((name) => name.replace('namespace/', '')).filter((name) => name.startsWith(`${this.name}-`));
  }

  private docker(...args: string[]): string {
    return execFileSync(this.platform.docker.bin, args, { encoding: 'utf8', env: this.env }).trim();
  }

  kubectl(args: string[], input?: string): string {
    const all = ['--kubeconfig', this.platform.kubeconfig, '--context', this.platform.context, ...args];
    return execFileSync('kubectl', all, { encoding: 'utf8', env: this.env, ...(input ? { input } : {}) }).trim();
  }

  /** What a runner has: Docker and programs, and nothing that leads to the cluster; that comes with the sign-in. */
  machine(): Record<string, string> {
    const { DOCKER_HOST = '', DOCKER_CONFIG = '', PATH = '' } = this.env;
    return { DOCKER_HOST, DOCKER_CONFIG, PATH };
  }

  /** What GitHub does with an event: runs the workflow, if it is for it. */
  async on(event: GitHubEvent, workflow: 'main' | 'promote', approve = true): Promise<WorkflowRun> {
    this.github.actor.addCommits(await readHistory(this.repository.clone));
    const signIn: Replacement = async ({ env, github, granted }) => {
      if (granted['id-token'] !== 'write') throw new Error('GitHub gives no identity to this job');
      this.signIns.push(`${workflow}/${String(github.job)}`);
      env.KUBECONFIG = this.platform.kubeconfig;
      return {};
    };
    return runWorkflow(`${workflows}${workflow}.yml`, {
      trigger: { event: event.name, payload: event.payload as never, ref: event.ref, sha: event.sha },
      facts: { runId: ++this.runs, actor: event.actor, apiUrl: this.github.apiUrl, serverUrl: this.github.url },
      replacements: { 'actions/checkout': checkoutFrom(this.repository.origin), 'google-github-actions/auth': signIn },
      vars: { SLIPWAY_IDENTITY_PROVIDER: 'projects/1/…', SLIPWAY_SERVICE_ACCOUNT: 'review@…' },
      env: this.machine(),
      node: await nodeVersion(24),
      issueToken: (granted) => this.github.actor.addToken(underscored(granted)),
      approve: () => approve,
    });
  }
}

const underscored = (granted: Record<string, 'read' | 'write'>) =>
  Object.fromEntries(Object.entries(granted).map(([name, level]) => [name.replaceAll('-', '_'), level]));

import { expect } from 'vitest';
import type { Platform } from '../../../local/platform.ts';
import { secretValue } from '../../../src/plan/review/database/objects.ts';
import { adminCommand } from '../../../src/plan/review/database/shared-server/admin-command.ts';
import { databaseName, templateNames } from '../../../src/plan/review/database/shared-server/names.ts';
import { PROVISION } from '../../../src/plan/review/database/shared-server/sql/provision.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { localCluster } from '../../support/google/local-cluster.ts';
import { exec } from '../../support/kube/exec.ts';
import { ReviewStage, type RunOptions } from './stage.ts';
import { visit } from './visit.ts';

/** A database server that the environments of a repository share: `review` of slipway.yml. */
export const SHARED =
  '{ host: "pr-{number}-$ID.localhost", database: { mode: shared, image: "$REGISTRY/library/postgres:15", server: { namespace: "databases-$ID", memory: 512Mi } } }';

/** SQL of a seed: one lot of this name. */
export const lot = (name: string) => `INSERT INTO lots (name, address) VALUES ('${name}', 'here');`;

/** Whom psql signs in as, and to which database. */
interface Login {
  user: string;
  password: string;
  database: string;
}

/** A stage whose environments share a database server, with an open pull request and an image for each number. */
export class SharedServer {
  readonly stage: ReviewStage;
  private readonly platform: Platform;
  private readonly images: ReadonlyMap<number, string>;

  private constructor(platform: Platform, stage: ReviewStage, images: ReadonlyMap<number, string>) {
    this.platform = platform;
    this.stage = stage;
    this.images = images;
  }

  /** @param pulls how many pull requests, from 1 */
  static async open(platform: Platform, pulls: number): Promise<SharedServer> {
    const stage = await ReviewStage.open(platform);
    const numbers = Array.from({ length: pulls }, (_, index) => index + 1);
    for (const number of numbers)
      stage.github.actor.openPullRequest({ title: `Change ${number}`, branch: `change-${number}` });
    const images = numbers.map(async (number) => [number, await stage.image(String(number), number)] as const);
    return new SharedServer(platform, stage, new Map(await Promise.all(images)));
  }

  /** @returns what was asked of GitHub that is not documented */
  async close(): Promise<string[]> {
    await this.stage.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: this.namespace });
    return this.stage.close();
  }

  /** Where the server is. */
  get namespace(): string {
    return `databases-${this.stage.repositoryId}`;
  }

  image(number: number): string {
    return this.images.get(number) ?? '';
  }

  up(number: number, options: RunOptions = {}): Promise<StageResult> {
    const event = this.stage.github.actor.synchronize(number);
    return this.stage.run(event, { image: this.image(number), review: SHARED, ...options });
  }

  down(number: number, review = SHARED): Promise<StageResult> {
    return this.stage.run(this.stage.github.actor.closePullRequest(number), { review });
  }

  /** Somebody deletes the namespace of an environment by hand. */
  async vanish(number: number): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: this.stage.namespace(number) };
    await this.stage.cluster.delete(namespace);
    await expect.poll(() => this.stage.cluster.get(namespace), { timeout: 120_000 }).toBeUndefined();
  }

  comment(number: number): string {
    return this.stage.github.actor.comments(number)[0]?.body ?? '';
  }

  /** Opens the app of an environment: names of its lots; with a body, what was answered to it. */
  visit(number: number, body?: object): ReturnType<typeof visit> {
    const host = `pr-${number}-${this.stage.repositoryId}.localhost`;
    return visit(`http://${host}:${this.platform.ingress.port}/lots`, body);
  }

  async lots(number: number): Promise<string[]> {
    const { lots } = (await this.visit(number)).body as { lots: { name: string }[] };
    return lots.map(({ name }) => name).sort();
  }

  database(number: number): string {
    return databaseName(this.owner(number));
  }

  get template(): string {
    return templateNames(this.owner(0)).template;
  }

  /** What a template is built in, beside the one that is there. */
  get building(): string {
    return templateNames(this.owner(0)).building;
  }

  /** How the app of an environment signs in. */
  async login(number: number): Promise<Login> {
    const namespace = this.stage.namespace(number);
    const secret = await this.stage.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: 'database', namespace });
    const database = this.database(number);
    return { user: database, password: (secret && secretValue(secret, 'PGPASSWORD')) ?? '', database };
  }

  /** As psql has it, in the server's pod. Without `as`: as its administrator. */
  async sql(query: string, as?: Login): Promise<string> {
    const script = as
      ? `PGPASSWORD="$1" exec psql -XqtA -h "$HOSTNAME" -U "$2" -d "$3" -c "$4"`
      : 'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -XqtA -h "$HOSTNAME" -U "$POSTGRES_USER" -d postgres -c "$4"';
    const { user, password, database } = as ?? { user: '', password: '', database: '' };
    const command = ['sh', '-c', script, 'sh', password, user, database, query];
    return (await exec(localCluster(this.platform), this.namespace, 'postgres-15-0', command)).toString().trim();
  }

  /** A Job that makes the database of an environment, and starts late. @param mark of that environment */
  async lateJob(number: number, mark: string): Promise<void> {
    const database = this.database(number);
    const { template, builder } = templateNames(this.owner(number));
    const env = {
      SLIPWAY_DATABASE: database,
      SLIPWAY_ENVIRONMENT: mark,
      SLIPWAY_VERIFIER: 'x',
      SLIPWAY_TEMPLATE: template,
      SLIPWAY_BUILDER: builder,
      SLIPWAY_OWN_SERVER: 'true',
    };
    const asAdmin = 'export PGHOST="$HOSTNAME" PGUSER="$POSTGRES_USER" PGPASSWORD="$POSTGRES_PASSWORD"; exec env "$@"';
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = ['sh', '-c', asAdmin, 'sh', ...variables, ...adminCommand(PROVISION)];
    await exec(localCluster(this.platform), this.namespace, 'postgres-15-0', command);
  }

  /** The databases of ours that the server has. */
  async databases(): Promise<string[]> {
    return (await this.sql("select datname from pg_database where datname like 'slipway%' order by 1")).split('\n');
  }

  private owner(number: number) {
    return { app: 'parking', repositoryId: this.stage.repositoryId, number };
  }
}

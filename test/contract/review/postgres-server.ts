import { randomBytes } from 'node:crypto';
import { assert, vi } from 'vitest';
import { program } from '../../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import { SEED_FOLDER } from '../../../src/plan/engines/engine.ts';
import { DATABASES } from '../../../src/plan/engines/engines.ts';
import { adminCommand } from '../../../src/plan/review/database/shared-server/admin-command.ts';
import { databaseName, templateNames } from '../../../src/plan/review/database/shared-server/names.ts';
import { scramVerifier } from '../../../src/plan/review/database/shared-server/scram.ts';
import { DROP } from '../../../src/plan/review/database/shared-server/sql/drop.ts';
import { PROVISION } from '../../../src/plan/review/database/shared-server/sql/provision.ts';

type Options = Parameters<typeof program>[2];

/** Whom psql signs in as. */
export interface Login {
  user: string;
  password: string;
}

/** How a script of the administrator ended. */
export interface Ended {
  /** `ok`, or what psql printed. */
  error: string;
  /** What it left for the stage. */
  word: string;
}

/** A mark of an environment, as its namespace gives it. */
export const environment = (hour: number) => `2026-11-29T0${hour}:00:00Z 11111111-aaaa`;

const REPOSITORY = 800_200_300;
const ADMIN: Login = { user: 'slipway', password: 'of-the-administrator' };

/** A PostgreSQL server in a container of the platform's engine, on which the scripts of the Jobs run as they are. */
export class PostgresServer {
  private readonly platform: Platform;
  private readonly container: string;
  private readonly admin: Login;

  private constructor(platform: Platform, container: string, admin: Login) {
    this.platform = platform;
    this.container = container;
    this.admin = admin;
  }

  /** @param args of the server */
  static async open(platform: Platform, args: readonly string[] = []): Promise<PostgresServer> {
    const container = `slipway-test-postgres-${randomBytes(4).toString('hex')}`;
    const env = { POSTGRES_USER: ADMIN.user, POSTGRES_PASSWORD: ADMIN.password, POSTGRES_DB: 'postgres' };
    const server = new PostgresServer(platform, container, ADMIN);
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const image = `${platform.registry}/library/postgres:15`;
    await server.docker([
      'run',
      '--detach',
      '--rm',
      '--init',
      '--hostname=db',
      '--name',
      container,
      ...variables,
      image,
      ...args,
    ]);
    await vi.waitFor(() => server.sql('select 1'), { timeout: 60_000, interval: 250 });
    return server;
  }

  /** The same server, with another administrator. */
  as(admin: Login): PostgresServer {
    return new PostgresServer(this.platform, this.container, admin);
  }

  async close(): Promise<void> {
    await this.docker(['rm', '--force', '--volumes', this.container]);
  }

  /** What psql prints. @throws Error with what psql says is wrong */
  sql(query: string, { user, password }: Login = this.admin, database = 'postgres'): Promise<string> {
    const url = `host=db user=${user} dbname=${database}`;
    const psql = ['psql', '-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-f', '-', url];
    return this.exec({ PGPASSWORD: password }, psql, { input: query });
  }

  /** Begins a query, and goes away: the session stays in the server. */
  async leave(query: string, { user, password }: Login, database: string): Promise<void> {
    const psql = ['psql', '-X', '-c', query, `host=db user=${user} dbname=${database} application_name=left`];
    await this.docker(['exec', '--detach', '--env', `PGPASSWORD=${password}`, this.container, ...psql]);
    const there = `select count(*) from pg_stat_activity where application_name = 'left' and usename = '${user}'`;
    await vi.waitFor(async () => assert((await this.sql(there, ADMIN)) !== '0'), { timeout: 20_000 });
  }

  provision(number: number, mark: string, password: string, own = true): Promise<Ended> {
    const { template, builder } = templateNames(owner(number));
    return this.run(PROVISION, {
      SLIPWAY_DATABASE: databaseName(owner(number)),
      SLIPWAY_ENVIRONMENT: mark,
      SLIPWAY_VERIFIER: scramVerifier(password),
      SLIPWAY_TEMPLATE: template,
      SLIPWAY_BUILDER: builder,
      SLIPWAY_OWN_SERVER: String(own),
    });
  }

  drop(number: number, mark: string): Promise<Ended> {
    return this.run(DROP, { SLIPWAY_DATABASE: databaseName(owner(number)), SLIPWAY_ENVIRONMENT: mark });
  }

  /** A database of its own for a role of the same name. */
  async app(name: string): Promise<Login> {
    await this.sql(`create role ${name} login password '${name}'`);
    await this.sql(`create database ${name} owner ${name}`);
    return { user: name, password: name };
  }

  /** Loads a seed as its Job does. @returns what it printed, and how it ended */
  async seed(name: string, content: Buffer, { user, password }: Login): Promise<{ text: string; failed: boolean }> {
    const { command, files } = DATABASES.postgres.seed;
    await this.exec({}, ['mkdir', '-p', SEED_FOLDER]);
    const write = (path: string, bytes: Buffer) =>
      this.exec({}, ['sh', '-c', 'base64 -d > "$0"', `${SEED_FOLDER}/${path}`], { input: bytes.toString('base64') });
    await write('dump', content);
    for (const [path, text] of Object.entries(files)) await write(path, Buffer.from(text));
    const env = { SEED_DUMP: `${SEED_FOLDER}/dump`, SEED_NAME: name, SEED_HASH: 'abc' };
    const connection = { PGHOST: 'db', PGUSER: user, PGPASSWORD: password, PGDATABASE: user };
    const all = { ...env, ...connection };
    return this.exec(all, ['sh', '-c', 'exec "$@" 2>&1', 'sh', ...command]).then(
      (text) => ({ text, failed: false }),
      (error: unknown) => ({ text: String(error), failed: true }),
    );
  }

  /** Runs a script as a Job does, with the Secret of the administrator. */
  async run(script: string, env: Record<string, string>): Promise<Ended> {
    const { user, password } = this.admin;
    const word = `/tmp/${randomBytes(4).toString('hex')}`;
    const command = adminCommand(script).map((part) => part.replaceAll('/dev/termination-log', word));
    const all = { ...env, PGHOST: 'db', PGUSER: user, PGPASSWORD: password, PGDATABASE: 'postgres' };
    const error = await this.exec(all, command).then(
      () => 'ok',
      (failed: unknown) => String(failed),
    );
    return { error, word: (await this.exec({}, ['sh', '-c', 'cat "$0" || true', word])).trim() };
  }

  private exec(env: Record<string, string>, command: string[], options: Options = {}): Promise<string> {
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return this.docker(['exec', '--interactive', ...variables, this.container, ...command], options);
  }

  private async docker(args: string[], options: Options = {}): Promise<string> {
    return (await program(this.platform.docker.bin, args, { env: platformEnv(this.platform), ...options })).trim();
  }
}

function owner(number: number) {
  return { app: 'parking', repositoryId: REPOSITORY, number };
}

/** Role and database of a pull request. */
export const nameOf = (number: number) => databaseName(owner(number));

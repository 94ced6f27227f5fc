import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformEnv } from '../../../local/platform.ts';
import { secretValue } from '../../../src/plan/review/database-objects.ts';
import { databaseName, templateNames } from '../../../src/plan/review/shared/names.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, type RunOptions, visit } from './stage.ts';

const platform = (await requirePlatform('databases of review environments on a shared server'))?.platform;
const run = promisify(execFile);
const lot = (name: string) => `INSERT INTO lots (name, address) VALUES ('${name}', 'here');`;
const SHARED =
  '{ host: "pr-{number}-$ID.localhost", database: { mode: shared, image: "$REGISTRY/library/postgres:15", server: { namespace: "databases-$ID", memory: 512Mi } } }';

describe.skipIf(!platform)('databases on a shared server', () => {
  let stage: ReviewStage;
  const images = new Map<number, string>();
  const server = () => `databases-${stage.repositoryId}`;
  const owner = (number: number) => ({ app: 'parking', repositoryId: stage.repositoryId, number });

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    for (const number of [1, 2, 3, 4, 5]) {
      stage.github.actor.openPullRequest({ title: `Change ${number}`, branch: `change-${number}` });
      images.set(number, await stage.image(String(number), number));
    }
  });
  afterAll(async () => {
    await stage.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: server() });
    expect(await stage.close()).toEqual([]);
  });

  const up = (number: number, options: RunOptions = {}) =>
    stage.run(stage.github.actor.synchronize(number), {
      image: images.get(number) ?? '',
      review: SHARED,
      ...options,
    });
  const site = (number: number) => `http://pr-${number}-${stage.repositoryId}.localhost:${platform?.ingress.port}/lots`;
  const lots = async (number: number) => {
    const { lots: all } = (await visit(site(number))).body as { lots: { name: string }[] };
    return all.map(({ name }) => name).sort();
  };
  const passwordOf = async (number: number) => {
    const namespace = stage.namespace(number);
    const secret = await stage.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: 'database', namespace });
    return (secret && secretValue(secret, 'PGPASSWORD')) ?? '';
  };
  /** As psql has it, in the server's pod. Without `as`: as its administrator. */
  const sql = async (query: string, as?: { user: string; password: string; database: string }) => {
    if (!platform) throw new Error('no platform');
    const { kubeconfig, context, tools } = platform;
    const at = [
      '--kubeconfig',
      kubeconfig,
      '--context',
      context,
      '--namespace',
      server(),
      'exec',
      'postgres-15-0',
      '--',
    ];
    const script = as
      ? `PGPASSWORD="$1" exec psql -XqtA -h "$HOSTNAME" -U "$2" -d "$3" -c "$4"`
      : 'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -XqtA -h "$HOSTNAME" -U "$POSTGRES_USER" -d postgres -c "$4"';
    const { user, password, database } = as ?? { user: '', password: '', database: '' };
    const args = [...at, 'sh', '-c', script, 'sh', password, user, database, query];
    return (
      await run(join(tools.dir, 'kubectl'), args, {
        env: { HOME: process.env.HOME, ...platformEnv(platform) },
      })
    ).stdout.trim();
  };
  const names = async () =>
    (await sql("select datname from pg_database where datname like 'slipway%' order by 1")).split('\n');

  it('the first environment makes the server; each has a database, and reaches no other', async () => {
    // A command of the app fills it as well as a file does.
    const insert = `import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']); c.cursor().execute("${lot('seeded')}"); c.commit()`;
    const seed = `seed: { command: ${JSON.stringify(['python3', '-c', insert])} }`;
    const commanded = SHARED.replace('mode: shared,', () => `mode: shared, ${seed},`);
    const [first, second] = [await up(1, { review: commanded }), await up(2)];
    expect([first.error, second.error]).toEqual([undefined, undefined]);
    expect(await lots(1)).toEqual(['seeded']);
    expect(await lots(2)).toEqual([]);
    expect(stage.github.actor.comments(1)[0]?.body).toContain(
      'PostgreSQL 15 on the shared server, new, seeded from its command',
    );
    const [one, two] = [databaseName(owner(1)), databaseName(owner(2))];
    const as = { user: two, password: await passwordOf(2), database: two };
    expect(await sql('select count(*) from lots', as)).toBe('0');
    for (const database of [one, 'postgres', 'template1']) {
      await expect(sql('select 1', { ...as, database })).rejects.toThrow(/permission denied for database/);
    }
    expect(await sql(`select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = '${two}'`)).toBe(
      'f',
    );
    const pods = await stage.cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: stage.namespace(1) });
    expect(JSON.stringify(pods.map(({ metadata }) => metadata.name))).not.toContain('database-0');
  });

  it('R11, R12: after three redeploys the row is there, and the password works', async () => {
    expect((await visit(site(1), { name: 'kept', address: 'there' })).status).toBe(201);
    const before = await passwordOf(1);
    for (const version of ['5', '6', '7']) {
      const result = await up(1, { image: await stage.image(version, 1), seed: lot('changed') });
      expect(result.error).toBeUndefined();
    }
    expect(await lots(1)).toEqual(['kept', 'seeded']);
    expect(await passwordOf(1)).toBe(before);
    const database = databaseName(owner(1));
    expect(await sql('select count(*) from lots', { user: database, password: before, database })).toBe('2');
    expect(stage.github.actor.comments(1)[0]?.body).toContain('has changed since this database was seeded');
  });

  it("on a server of somebody's own, an administrator who is no superuser makes it and drops it", async () => {
    await sql("create role outsider login createdb createrole password 'correct horse'");
    await sql('grant connect on database postgres to outsider');
    const PGHOST = `postgres-15.${server()}.svc`;
    const stringData = { PGHOST, PGPORT: '5432', PGUSER: 'outsider', PGPASSWORD: 'correct horse' };
    const metadata = { name: 'review-admin', namespace: server() };
    await stage.cluster.create({ apiVersion: 'v1', kind: 'Secret', metadata, stringData }, { fieldManager: 'test' });
    const review = SHARED.replace(/server: \{[^}]*\}/, 'server: { namespace: "databases-$$ID", secret: review-admin }');
    const result = await up(5, { review, seed: lot('theirs') });
    expect(result.error).toBeUndefined();
    expect(await lots(5)).toEqual(['theirs']);
    const database = databaseName(owner(5));
    expect(await sql('select count(*) from lots', { user: database, password: await passwordOf(5), database })).toBe(
      '1',
    );
    expect((await stage.run(stage.github.actor.closePullRequest(5), { review })).error).toBeUndefined();
    expect(await names()).not.toContain(database);
    expect(await sql(`select count(*) from pg_roles where rolname = '${database}'`)).toBe('0');
    // Whose server it is, is not ours to touch.
    expect(await sql("select rolcanlogin from pg_roles where rolname = 'outsider'")).toBe('t');
  });

  it('R12: another version, or a server of its own, is refused; reset-database is the way', async () => {
    const other = await up(2, { review: SHARED.replace('mode: shared,', 'mode: shared, version: "16",') });
    expect(other.error?.message).toMatch(/is PostgreSQL 15, and slipway\.yml now asks for PostgreSQL 16/);
    const isolated = SHARED.replace(/mode: shared, |, server: \{[^}]*\}/g, '');
    const moved = await up(2, { review: isolated });
    expect(moved.error?.message).toMatch(
      /is on the shared server .*, and slipway\.yml now asks for a server of its own/,
    );
    expect(moved.error?.remedy).toContain('reset-database');
    expect(await lots(2)).toEqual([]);
  });

  it('a template is built beside everything, and is what new environments begin with', async () => {
    const build = (seed: string) =>
      stage.run(stage.github.actor.push('main'), {
        operation: 'template',
        image: images.get(1) ?? '',
        review: SHARED,
        seed,
      });
    expect((await build(lot('first'))).error).toBeUndefined();
    // The second build takes the first one's place while copies are made.
    const [again, copy] = await Promise.all([build(lot('second')), up(3, { seed: lot('never loaded') })]);
    expect([again.error, copy.error]).toEqual([undefined, undefined]);
    expect([['first'], ['second']]).toContainEqual(await lots(3));
    expect((await up(4, { seed: lot('never loaded') })).error).toBeUndefined();
    expect(await lots(4)).toEqual(['second']);
    expect(stage.github.actor.comments(4)[0]?.body).toContain('new, seeded from the template');
    // The copy belongs to its role: it can be migrated.
    const database = databaseName(owner(4));
    const as = { user: database, password: await passwordOf(4), database };
    expect(await sql('alter table lots add column colour text', as)).toBe('');
    expect(await names()).toEqual(
      [1, 2, 3, 4]
        .map((n) => databaseName(owner(n)))
        .concat(templateOf())
        .sort(),
    );
    await expect(sql('select 1', { ...as, database: templateOf() })).rejects.toThrow(/not currently accepting/);
    expect(await stage.leftovers(0)).toEqual([]);
  });

  it('reset-database begins with the template, and touches no other', async () => {
    const result = await up(1, { operation: 'reset-database' });
    expect(result.error).toBeUndefined();
    expect(await lots(1)).toEqual(['second']);
    expect(await lots(4)).toEqual(['second']);
  });

  it('goes with its environment: database, role and record, and nothing else', async () => {
    for (const number of [1, 3]) {
      const result = await stage.run(stage.github.actor.closePullRequest(number), { review: SHARED });
      expect(result.error).toBeUndefined();
      expect(await stage.leftovers(number)).toEqual([]);
    }
    expect(await names()).toEqual(
      [2, 4]
        .map((n) => databaseName(owner(n)))
        .concat(templateOf())
        .sort(),
    );
    expect(await sql(`select count(*) from pg_roles where rolname = '${databaseName(owner(1))}'`)).toBe('0');
    expect(await lots(4)).toEqual(['second']);
  });

  it('a namespace that went in another way does not keep its database', async () => {
    await stage.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: stage.namespace(2) });
    const gone = () => stage.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: stage.namespace(2) });
    await expect.poll(gone, { timeout: 120_000 }).toBeUndefined();
    const result = await stage.run(stage.github.actor.closePullRequest(2), { review: SHARED });
    expect(result.outcome).toBe('succeeded');
    expect(await names()).toEqual([databaseName(owner(4)), templateOf()].sort());
  });

  const templateOf = () => templateNames(owner(0)).template;
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exactSelector } from '../../../src/plan/review/environment/owner.ts';
import { dropDatabases, findDatabases } from '../../../src/stages/review/database/shared-server/drop.ts';
import { requirePlatform } from '../../support/platform.ts';
import { lot, SHARED, SharedServer } from './shared-server.ts';

const platform = (await requirePlatform('databases of review environments on a shared server'))?.platform;

describe.skipIf(!platform)('databases on a shared server', () => {
  let server: SharedServer;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    server = await SharedServer.open(platform, 3);
  });
  afterAll(async () => {
    expect(await server.close()).toEqual([]);
  });

  it('the first environment makes the server; each has a database, and reaches no other', async () => {
    // A command of the app fills it as well as a file does.
    const insert = `import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']); c.cursor().execute("${lot('seeded')}"); c.commit()`;
    const seed = `seed: { command: ${JSON.stringify(['python3', '-c', insert])} }`;
    const commanded = SHARED.replace('mode: shared,', () => `mode: shared, ${seed},`);
    const [first, second] = [await server.up(1, { review: commanded }), await server.up(2)];
    expect([first.error, second.error]).toEqual([undefined, undefined]);
    expect(await server.lots(1)).toEqual(['seeded']);
    expect(await server.lots(2)).toEqual([]);
    expect(server.comment(1)).toContain('PostgreSQL 15 on the shared server, new, seeded from its command');
    const as = await server.login(2);
    expect(await server.sql('select count(*) from lots', as)).toBe('0');
    for (const database of [server.database(1), 'postgres', 'template1']) {
      await expect(server.sql('select 1', { ...as, database })).rejects.toThrow(/permission denied for database/);
    }
    const rights = 'select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname';
    expect(await server.sql(`${rights} = '${as.user}'`)).toBe('f');
    const namespace = server.stage.namespace(1);
    const pods = await server.stage.cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
    expect(JSON.stringify(pods.map(({ metadata }) => metadata.name))).not.toContain('database-0');
  });

  it('R11, R12: after three redeploys the row is there, and the password works', async () => {
    expect((await server.visit(1, { name: 'kept', address: 'there' })).status).toBe(201);
    const before = await server.login(1);
    for (const version of ['5', '6', '7']) {
      const result = await server.up(1, { image: await server.stage.image(version, 1), seed: lot('changed') });
      expect(result.error).toBeUndefined();
    }
    expect(await server.lots(1)).toEqual(['kept', 'seeded']);
    expect(await server.login(1)).toEqual(before);
    expect(await server.sql('select count(*) from lots', before)).toBe('2');
    expect(server.comment(1)).toContain('has changed since this database was seeded');
  });

  it("on a server of somebody's own, an administrator who is no superuser makes it and drops it", async () => {
    await server.sql("create role outsider login createdb createrole password 'correct horse'");
    await server.sql('grant connect on database postgres to outsider');
    const PGHOST = `postgres-15.${server.namespace}.svc`;
    const stringData = { PGHOST, PGPORT: '5432', PGUSER: 'outsider', PGPASSWORD: 'correct horse' };
    const labels = { 'slipway.dev/environment': 'review-databases' };
    const metadata = { name: 'review-admin', namespace: server.namespace, labels };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData };
    await server.stage.cluster.create(secret, { fieldManager: 'test' });
    const review = SHARED.replace(/server: \{[^}]*\}/, 'server: { namespace: "databases-$$ID", secret: review-admin }');
    expect((await server.up(3, { review, seed: lot('theirs') })).error).toBeUndefined();
    expect(await server.lots(3)).toEqual(['theirs']);
    expect(await server.sql('select count(*) from lots', await server.login(3))).toBe('1');
    expect((await server.down(3, review)).error).toBeUndefined();
    const database = server.database(3);
    expect(await server.databases()).not.toContain(database);
    expect(await server.sql(`select count(*) from pg_roles where rolname = '${database}'`)).toBe('0');
    // Whose server it is, is not ours to touch.
    expect(await server.sql("select rolcanlogin from pg_roles where rolname = 'outsider'")).toBe('t');
  });

  it('R12: another version, or a server of its own, is refused; reset-database is the way', async () => {
    const other = await server.up(2, { review: SHARED.replace('mode: shared,', 'mode: shared, version: "16",') });
    expect(other.error?.message).toMatch(/is PostgreSQL 15, and slipway\.yml now asks for PostgreSQL 16/);
    const isolated = SHARED.replace(/mode: shared, |, server: \{[^}]*\}/g, '');
    const moved = await server.up(2, { review: isolated });
    expect(moved.error?.message).toMatch(
      /is on the shared server .*, and slipway\.yml now asks for a server of its own/,
    );
    expect(moved.error?.remedy).toContain('reset-database');
    expect(await server.lots(2)).toEqual([]);
    // Nor is a seed loaded that slipway.yml gets later: there may be data in it that the seed would replace.
    expect((await server.up(2, { seed: lot('late') })).error).toBeUndefined();
    expect(await server.lots(2)).toEqual([]);
    expect(server.comment(2)).toContain('This database was there before: db/seed.sql is loaded into a new one alone');
  });

  it('SEC-1: a reset that cannot drop the database keeps its password, and the next deploy keeps its data', async () => {
    const [before, database] = [await server.login(2), server.database(2)];
    expect((await server.visit(2, { name: 'kept', address: 'there' })).status).toBe(201);
    await server.sql(`alter database ${database} owner to outsider`);
    const failed = await server.up(2, { operation: 'reset-database' });
    expect(failed.error?.message).toMatch(/the database was not reset: /);
    await server.sql(`alter database ${database} owner to ${database}`);
    expect((await server.up(2)).error).toBeUndefined();
    expect(await server.lots(2)).toEqual(['kept']);
    expect(await server.login(2)).toEqual(before);
    expect((await server.up(2, { operation: 'reset-database' })).error).toBeUndefined();
    expect(await server.lots(2)).toEqual([]);
    expect((await server.login(2)).password).not.toBe(before.password);
  });

  it('SEC-4: a role that another app holds fails nothing: its record stays, and a later run drops it', async () => {
    const { cluster, repositoryId } = server.stage;
    const [first, second] = [await server.login(1), await server.login(2)];
    await server.sql(`grant select on lots to ${first.user}`, second);
    const records = () => findDatabases(exactSelector({ app: 'parking', repositoryId, number: 1 }), cluster);
    expect((await server.down(1)).error).toBeUndefined();
    expect(await server.databases()).toEqual([second.user]);
    expect((await records()).map(({ data }) => data)).toEqual([expect.objectContaining({ dropped: 'true' })]);
    await server.sql(`revoke select on lots from ${first.user}`, second);
    expect((await server.down(1)).error).toBeUndefined();
    expect(await records()).toEqual([]);
  });

  it('goes with its environment, in whatever way that went: database, role and record, and nothing else', async () => {
    expect(await server.stage.leftovers(1)).toEqual([]);
    expect(await server.databases()).toEqual([server.database(2)]);
    expect(await server.sql(`select count(*) from pg_roles where rolname = '${server.database(1)}'`)).toBe('0');
    expect(await server.lots(2)).toEqual([]);
  });

  it('R4: a removal that comes late leaves the database of the environment that was made since', async () => {
    const { cluster, ports, repositoryId } = server.stage;
    await server.visit(2, { name: 'of before', address: 'there' });
    const before = await findDatabases(exactSelector({ app: 'parking', repositoryId, number: 2 }), cluster);
    await server.vanish(2);
    expect((await server.up(2)).error).toBeUndefined();
    // An environment's data goes with it, also where its removal did not come as far as that.
    expect(await server.lots(2)).toEqual([]);
    await server.visit(2, { name: 'new', address: 'there' });
    const late = ports.call(server.stage);
    expect(await dropDatabases(before, { ...late, cluster })).toEqual({ dropped: before, failed: [] });
    expect(await server.lots(2)).toEqual(['new']);
    // Nor does a Job of the environment before, which was late to start, take anything from it.
    const { environment, since } = (before[0]?.data ?? {}) as { environment?: string; since?: string };
    await expect(server.lateJob(2, `${since} ${environment}`)).rejects.toThrow(/the environment is gone/);
    expect(await server.lots(2)).toEqual(['new']);
    expect(await server.databases()).toEqual([server.database(2)]);
  });

  it('R2: one that cannot be dropped is told; the environment is gone all the same, and the next run goes on', async () => {
    const { actor } = server.stage.github;
    const status = () => actor.deployments('review/pr-2').at(-1)?.statuses.at(-1)?.state;
    await server.vanish(2);
    await server.sql(`alter database ${server.database(2)} owner to outsider`);
    const failed = await server.down(2);
    expect(failed.outcome).toBe('failed');
    expect(failed.error?.message).toMatch(`database ${server.database(2)} was not dropped: `);
    expect(server.comment(2)).toContain("the database is not one of Slipway's");
    expect(server.comment(2)).not.toContain('Open it:');
    expect(status()).toBe('inactive');
    await server.sql(`alter database ${server.database(2)} owner to ${server.database(2)}`);
    expect((await server.down(2)).outcome).toBe('succeeded');
    expect(await server.databases()).toEqual(['']);
    expect(server.comment(2)).toContain('Closed.');
  });
});

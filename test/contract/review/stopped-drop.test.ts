import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import { environment, nameOf, PostgresServer } from './postgres-server.ts';

const platform = (await requirePlatform('a drop that stops half-way on a shared database server'))?.platform;

describe.skipIf(!platform)('a drop that stops half-way', () => {
  let server: PostgresServer;
  const [name, mark] = [nameOf(7), environment(7)];
  const app = (password: string, query: string) => server.sql(query, { user: name, password }, name);

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    server = await PostgresServer.open(platform);
  });
  afterAll(() => server.close());

  it('leaves a database that the next deploy opens again, with its data', async () => {
    expect(await server.provision(7, mark, 'first')).toEqual({ error: 'ok', word: 'empty' });
    await app('first', "create table lots(name text); insert into lots values ('kept')");
    // The server refuses to drop it after the script has closed it.
    const subscribed = "create subscription held connection '' publication p with (connect = false)";
    await server.sql(`\\set QUIET on\nset client_min_messages = error; ${subscribed}`, undefined, name);
    expect((await server.drop(7, mark)).error).toMatch(/logical replication subscription/);
    const open = `select datallowconn, datconnlimit from pg_database where datname = '${name}'`;
    expect(await server.sql(open)).toBe('f|0');
    expect(await server.provision(7, mark, 'second')).toEqual({ error: 'ok', word: 'kept' });
    expect(await server.sql(open)).toBe('t|20');
    expect(await app('second', 'select name from lots')).toBe('kept');
    const ended = 'alter subscription held disable; alter subscription held set (slot_name = none);';
    await server.sql(`${ended} drop subscription held`, undefined, name);
    expect(await server.drop(7, mark)).toEqual({ error: 'ok', word: '' });
  });

  it.each([
    ['made again', async () => expect((await server.provision(7, mark, 'again')).word).toBe('empty')],
    ['dropped', async () => expect((await server.drop(7, mark)).error).toBe('ok')],
  ])('leaves, when the server itself ended, an invalid database, which is %s', async (_, use) => {
    expect((await server.provision(7, mark, 'first')).error).toBe('ok');
    // https://www.postgresql.org/docs/17/catalog-pg-database.html (datconnlimit)
    await server.sql(`update pg_database set datconnlimit = -2 where datname = '${name}'`);
    await use();
    expect((await server.drop(7, mark)).error).toBe('ok');
    expect(await server.sql(`select count(*) from pg_database where datname = '${name}'`)).toBe('0');
  });
});

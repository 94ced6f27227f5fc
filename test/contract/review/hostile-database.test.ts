import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import { environment, type Login, nameOf, PostgresServer } from './postgres-server.ts';

/** What an app can do with the password of its own role, on a server that Slipway runs. */
const platform = (await requirePlatform('hostile apps on a shared database server'))?.platform;

/** Becomes a superuser wherever one evaluates it. */
const EVIL = `create schema slipway;
create function slipway.evil() returns text language plpgsql as $$
begin
  if current_setting('is_superuser') = 'on' then
    execute format('alter role %I superuser', (select pg_get_userbyid(datdba) from pg_database where datname = current_database()));
  end if;
  return 'x';
end $$;
create view slipway.seed as select 'x'::text as source from generate_series(1, 1) where slipway.evil() = 'x';`;

/** Holds an uncommitted change of its own row in a shared catalogue until somebody waits for it. */
const hold = (change: string) => `do $$
begin
  execute format('${change}', current_database());
  loop
    perform pg_sleep(0.2);
    exit when exists (select from pg_locks where locktype = 'transactionid' and not granted and transactionid = pg_current_xact_id()::xid);
  end loop;
end $$`;

describe.skipIf(!platform)('an app that does what its role may', () => {
  let server: PostgresServer;
  const seven: Login = { user: nameOf(7), password: 'of-seven' };
  const eight: Login = { user: nameOf(8), password: 'of-eight' };
  const own = (query: string, login = seven) => server.sql(query, login, login.user);
  const count = async (from: string) => Number(await server.sql(`select count(*) from ${from}`));
  const left = (name: string) => Promise.all([count(`pg_database where datname = '${name}'`), roles(name)]);
  const roles = (name: string) => count(`pg_roles where rolname = '${name}'`);

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    server = await PostgresServer.open(platform, ['-c', 'max_prepared_transactions=10']);
  });
  afterAll(() => server.close());
  const both = async () => {
    expect(await server.provision(7, environment(7), seven.password)).toEqual({ error: 'ok', word: 'empty' });
    expect(await server.provision(8, environment(7), eight.password)).toEqual({ error: 'ok', word: 'empty' });
    await own("create table customers(n text); insert into customers values ('of pull request 8')", eight);
  };
  afterEach(async () => {
    for (const number of [7, 8]) expect((await server.drop(number, environment(7))).error).toBe('ok');
    expect(await count("pg_roles where rolname ~ '_pr[78]_' and not rolsuper")).toBe(0);
  });

  it('SEC-1: a database that stayed when it was reset gives its app nothing of the administrator', async () => {
    await both();
    await own(`select format('comment on database %I is %L', current_database(), 'mine') \\gexec\n${EVIL}`);
    await own(
      `alter database ${seven.user} set role = ${seven.user}; alter database ${seven.user} set search_path = slipway`,
    );
    // The run that resets was killed before its drop; the next push provisions over what is there.
    expect(await server.provision(7, environment(7), 'another')).toMatchObject({ word: 'kept' });
    expect(await count(`pg_roles where rolname = '${seven.user}' and rolsuper`)).toBe(0);
    const again = { ...seven, password: 'another' };
    expect(await own('select 1', again)).toBe('1');
    await expect(server.sql('select n from customers', again, eight.user)).rejects.toThrow(/permission denied/);
  });

  it('SEC-1: a database that was never completed is made again, and nothing in it is evaluated', async () => {
    await both();
    await own(EVIL);
    await server.sql(`comment on role ${seven.user} is 'slipway: ${environment(7)}'`);
    expect(await server.provision(7, environment(7), seven.password)).toEqual({ error: 'ok', word: 'empty' });
    expect(await count(`pg_roles where rolname = '${seven.user}' and rolsuper`)).toBe(0);
    expect(await own("select to_regclass('slipway.seed') is null")).toBe('t');
  });

  it.each([
    ['is made a template', `alter database ${seven.user} is_template true`],
    ['has no connections left', `alter database ${seven.user} connection limit 0`],
    ['has a prepared transaction', "begin; create table t(); prepare transaction 'mine'"],
    ['is opened to everybody', `grant all on database ${seven.user} to public`],
  ])('SEC-3: a database that %s is dropped', async (_, query) => {
    await both();
    await own(query);
    expect(await server.drop(7, environment(7))).toEqual({ error: 'ok', word: '' });
    expect(await left(seven.user)).toEqual([0, 0]);
    expect(await own('select n from customers', eight)).toBe('of pull request 8');
  });

  it.each(['alter database %I connection limit 5', "alter role %I password ''x''", 'alter role %I set work_mem = 64'])(
    'SEC-3: an open change (%s), held by a session without a client, does not keep a database',
    async (change) => {
      await both();
      await server.leave(hold(change), seven, seven.user);
      expect(await server.drop(7, environment(7))).toEqual({ error: 'ok', word: '' });
      expect(await left(seven.user)).toEqual([0, 0]);
    },
  );

  it('SEC-4: a privilege that another app grants on its database does not keep a role', async () => {
    await both();
    await own(`grant connect on database ${eight.user} to ${seven.user}`, eight);
    expect(await server.drop(7, environment(7))).toEqual({ error: 'ok', word: '' });
    expect(await left(seven.user)).toEqual([0, 0]);
  });

  it.each([
    ['grants it on a table', `grant select on customers to ${seven.user}`, undefined],
    ['has not committed', undefined, `begin; grant select on customers to ${seven.user}; select pg_sleep(600)`],
  ])(
    'SEC-4: a role that cannot be dropped, since another app %s, is harmless until it can be',
    async (_, once, held) => {
      await both();
      if (once) await own(once, eight);
      if (held) await server.leave(held, eight, eight.user);
      expect(await server.drop(7, environment(7))).toEqual({ error: 'ok', word: 'role-stays' });
      expect(await left(seven.user)).toEqual([0, 1]);
      await expect(server.sql('select 1', seven, 'postgres')).rejects.toThrow(/authentication failed|not permitted/);
      // It can be used again: a pull request can be reopened.
      expect(await server.provision(7, environment(8), 'again')).toEqual({ error: 'ok', word: 'empty' });
      expect(await own('select 1', { ...seven, password: 'again' })).toBe('1');
      expect(await server.drop(7, environment(8))).toMatchObject({ error: 'ok', word: 'role-stays' });
      expect((await server.drop(8, environment(7))).error).toBe('ok');
      expect(await server.drop(7, environment(8))).toEqual({ error: 'ok', word: '' });
      expect(await left(seven.user)).toEqual([0, 0]);
    },
  );

  it('HRD-9: one app can neither take all connections nor fill the disk with temporary files', async () => {
    await both();
    const limit = Number(await server.sql(`select rolconnlimit from pg_roles where rolname = '${seven.user}'`));
    expect(limit).toBe(20);
    expect(await own('show temp_file_limit')).toBe('2GB');
    await expect(own('set temp_file_limit = -1')).rejects.toThrow(/permission denied/);
    expect(
      await own(
        "select string_agg(setting, ' ' order by name) from pg_settings where name ~ '^(statement|lock|idle_in_transaction_session)_timeout$'",
      ),
    ).toBe('3600000 600000 3600000');
  });
});

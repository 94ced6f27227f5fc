import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import { environment, type Login, nameOf, PostgresServer } from './postgres-server.ts';

const platform = (await requirePlatform("hostile apps on an operator's database server"))?.platform;

describe.skipIf(!platform)("a server of the operator's, whose administrator is no superuser", () => {
  let root: PostgresServer;
  let server: PostgresServer;
  const seven: Login = { user: nameOf(7), password: 'of-seven' };
  const eight: Login = { user: nameOf(8), password: 'of-eight' };
  const provision = ({ password }: Login) =>
    server.provision(password === seven.password ? 7 : 8, environment(7), password, false);
  const count = async (from: string) => Number(await root.sql(`select count(*) from ${from}`));

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    root = await PostgresServer.open(platform, ['-c', 'max_prepared_transactions=10']);
    const admin = { user: 'review_admin', password: 'of-the-operator' };
    await root.sql(`create role ${admin.user} login createdb createrole password '${admin.password}'`);
    await root.sql('create database wiki');
    await root.sql(
      "create table pages (t text); insert into pages values ('of another app'); grant select on pages to public",
      undefined,
      'wiki',
    );
    server = root.as(admin);
  });
  afterAll(() => root.close());

  it('SEC-5: is refused while every role can connect to other databases, with the SQL that closes it', async () => {
    const { error, word } = await provision(seven);
    expect(error).toBe('ok');
    const [first, ...fixes] = word.split('\n');
    expect(first).toBe('refused');
    expect(fixes).toEqual([
      'grant connect on database postgres to review_admin;',
      ...['postgres', 'template1', 'wiki'].map((name) => `revoke connect on database ${name} from public;`),
    ]);
    expect(await count(`pg_roles where rolname like 'slipway_%'`)).toBe(0);
    await root.sql(fixes.join('\n'));
    expect(await provision(seven)).toEqual({ error: 'ok', word: 'empty' });
    for (const name of ['postgres', 'template1', 'wiki']) {
      await expect(root.sql('select 1', seven, name)).rejects.toThrow(/permission denied for database/);
    }
    expect(await root.sql('select 1', seven, seven.user)).toBe('1');
  });

  it('SEC-5: an app that opens its own database to everybody keeps nobody else from one', async () => {
    await root.sql(`grant connect on database ${seven.user} to public`, seven, seven.user);
    expect(await provision(eight)).toEqual({ error: 'ok', word: 'empty' });
  });

  it('SEC-5: what a role owns where all databases meet does not keep it', async () => {
    await root.sql('grant connect on database postgres to public');
    await root.sql('select lo_create(0)', seven);
    await root.sql('revoke connect on database postgres from public');
    expect(await server.drop(7, environment(7))).toEqual({ error: 'ok', word: '' });
    expect(await count(`pg_roles where rolname = '${seven.user}'`)).toBe(0);
    expect(await provision(seven)).toEqual({ error: 'ok', word: 'empty' });
  });

  it('SEC-3, SEC-4: drops what its app tried to keep, and makes a role harmless that another app holds', async () => {
    await root.sql(`alter database ${seven.user} is_template true`, seven, seven.user);
    await root.sql("begin; create table t(); prepare transaction 'mine'", seven, seven.user);
    await root.sql(`create table t(); grant select on t to ${seven.user}`, eight, eight.user);
    expect(await server.drop(7, environment(7))).toEqual({ error: 'ok', word: 'role-stays' });
    expect(await count(`pg_database where datname = '${seven.user}'`)).toBe(0);
    await expect(root.sql('select 1', seven, eight.user)).rejects.toThrow(/authentication failed|not permitted/);
    expect(await server.drop(8, environment(7))).toEqual({ error: 'ok', word: '' });
    expect(await server.drop(7, environment(7))).toEqual({ error: 'ok', word: '' });
    expect(await count(`pg_roles where rolname like 'slipway_%'`)).toBe(0);
  });
});

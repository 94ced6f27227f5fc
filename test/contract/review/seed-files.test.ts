import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import { type Login, PostgresServer } from './postgres-server.ts';

const platform = (await requirePlatform('seeds as people have them'))?.platform;
const TABLE = 'CREATE TABLE city (id integer PRIMARY KEY, name text NOT NULL);';
const rows = (...names: string[]) => [
  'COPY city (id, name) FROM stdin;',
  ...names.map((name, id) => `${id}\t${name}`),
  '\\.',
];

describe.skipIf(!platform)('a seed for PostgreSQL', () => {
  let server: PostgresServer;
  let app: Login;
  let number = 0;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    server = await PostgresServer.open(platform);
  });
  afterAll(() => server.close());

  /** Into a database of its own. */
  const load = async (lines: string[], encoding: BufferEncoding = 'utf8', name = 'db/seed.sql') => {
    number += 1;
    app = await server.app(`seeded_${number}`);
    return again(lines, encoding, name);
  };
  const again = (lines: string[], encoding: BufferEncoding = 'utf8', name = 'db/seed.sql') =>
    server.seed(name, Buffer.from(`${lines.join('\n')}\n`, encoding), app);
  const sql = (query: string) => server.sql(query, app, app.user);
  const names = () => sql("select string_agg(name, ',' order by id) from city");
  const mark = () => sql('select complete from slipway.seed');

  it('hb-10: in Latin-1, as it says, with its own transaction: the bytes are those of the file', async () => {
    const file = [
      'BEGIN;',
      "SET client_encoding = 'LATIN1';",
      TABLE,
      ...rows('Besançon', 'Düsseldorf'),
      'COMMIT;',
      'ANALYZE city;',
    ];
    expect((await load(file, 'latin1')).failed).toBe(false);
    expect(await names()).toBe('Besançon,Düsseldorf');
    expect(await mark()).toBe('t');
    expect((await again(file, 'latin1')).text).toContain('this database was seeded before');
  });

  it('hb-10: with a byte order mark and CRLF, also packed', async () => {
    expect((await load([`\ufeff${TABLE}\r`, ...rows('Lyon').map((line) => `${line}\r`)])).failed).toBe(false);
    expect(await names()).toBe('Lyon');
    app = await server.app('packed');
    const packed = gzipSync(`${TABLE}\n${rows('Malmö').join('\n')}\n`);
    expect((await server.seed('db/seed.sql.gz', packed, app)).failed).toBe(false);
    expect(await names()).toBe('Malmö');
  });

  it('hb-10: which is wrong, is told with the line of the file, and leaves nothing', async () => {
    const wrong = [TABLE, ...rows('Lyon'), '', "INSERT INTO lost VALUES ('x');"];
    const { text, failed } = await load(wrong);
    expect(failed).toBe(true);
    expect(text).toContain('psql:db/seed.sql:6: ERROR:  relation "lost" does not exist');
    expect(await sql("select to_regclass('city') is null and to_regclass('slipway.seed') is null")).toBe('t');
  });

  it('hb-10: of a newer pg_dump names its line and both versions', async () => {
    const dump = [
      '-- Dumped from database version 17.6',
      '-- Dumped by pg_dump version 17.6',
      'SET transaction_timeout = 0;',
      TABLE,
    ];
    const { text, failed } = await load(dump, 'utf8', 'db/dump.sql');
    expect(failed).toBe(true);
    expect(text).toContain('psql:db/dump.sql:3: ERROR:  unrecognized configuration parameter "transaction_timeout"');
    expect(text).toMatch(/db\/dump\.sql was dumped by pg_dump version 17\.6, and the server is PostgreSQL 15\./);
  });

  it.each([
    [
      'dumps a whole server',
      ['-- PostgreSQL database cluster dump', '\\connect template1', TABLE],
      /seed\.sql:1:-- PostgreSQL database cluster dump/,
    ],
    [
      'connects to another database',
      [TABLE, '\\c postgres', 'create temp table elsewhere ()'],
      /connects to another session/,
    ],
    ['takes back what it did', [TABLE, 'ROLLBACK;'], /does not end in the transaction/],
    ['passes over its errors', ['\\set ON_ERROR_STOP off', 'select 1 / 0;', TABLE], /transaction is aborted/],
    ['is UTF-16', [], /is UTF-16: save it as UTF-8/],
  ])('hb-10: which %s, is never said to be loaded', async (_, lines, message) => {
    const { text, failed } = lines.length === 0 ? await load([`\ufeff${TABLE}`], 'utf16le') : await load(lines);
    expect(failed).toBe(true);
    expect(text).toMatch(message);
    expect(text).not.toContain('the seed is loaded');
    expect(await sql("select to_regclass('slipway.seed') is null")).toBe('t');
    expect((await again([TABLE, ...rows('Lyon')])).failed).toBe(false);
    expect(await names()).toBe('Lyon');
  });

  it('hb-10: which commits a part and then fails, is not taken for loaded by the next run', async () => {
    expect((await load(['BEGIN;', TABLE, 'COMMIT;', 'select 1 / 0;'])).failed).toBe(true);
    expect(await mark()).toBe('f');
    const next = await again([TABLE]);
    expect(next.failed).toBe(true);
    expect(next.text).toContain('an earlier load committed a part of its file and failed');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretValue } from '../../../src/plan/review/database/objects.ts';
import { localCluster } from '../../support/google/local-cluster.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { exec } from '../../support/kube/exec.ts';
import { mysqlImage } from '../../support/mysql-image.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, type RunOptions } from './stage.ts';

const found = (await requirePlatform('MariaDB in review environments'))?.platform;
const lacks =
  found && !found.baseImages.mariadb ? 'the platform has no image of MariaDB yet (npm run local:up)' : undefined;
const platform = found && !skipUnless('MariaDB in review environments', lacks) ? found : undefined;

/** An app that asks no database, so that it is one for every engine; it ends when it is told to. */
const SERVE = [
  'import http.server as h, signal, sys',
  'signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))',
  "h.ThreadingHTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()",
].join('\n');
const DEPLOY = `{ command: ${JSON.stringify(['python3', '-c', SERVE])}, drain: 1s }`;
const review = (database: string) => `{ host: "pr-{number}-$ID.localhost", database: ${database}, services: {
  jobs: { engine: redis, image: "$REGISTRY/library/redis:7" },
  cache: { engine: memcached, image: "$REGISTRY/library/memcached:1.6" },
  any: { image: "$REGISTRY/library/memcached:1.6", port: 9200, command: ["--listen=0.0.0.0", "--port=9200"] } }, env: { TURN: "0" } }`;

/** The servers of one family, each with the programs of its own name; MySQL where its image is given. */
const FAMILY = [
  {
    engine: 'mariadb',
    image: '$REGISTRY/library/mariadb:10.11',
    client: 'mariadb',
    dumper: 'mariadb-dump',
    as: [],
    title: 'MariaDB 10.11',
  },
  ...mysqlImage.map((image) => ({
    engine: 'mysql',
    image,
    client: 'mysql',
    dumper: 'mysqldump',
    as: ['-u', 'root'],
    title: 'MySQL',
  })),
];
const SEED = `create table lots (name varchar(40) primary key, upper varchar(40)) engine=InnoDB;
insert into lots (name) values ('Zürich');
delimiter ;;
create trigger upper_name before insert on lots for each row begin
  set new.upper = upper(new.name);
end;;
delimiter ;
create view names as select name from lots;
insert into lots (name) values ('seeded');
`;
/** What a dump says of the server it comes from, where that one has GTIDs. */
const GTIDS = `SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;
SET @@SESSION.SQL_LOG_BIN= 0;
SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3b1f9a52-0000-11f0-8000-0242ac110002:1-5,
7c0e6d11-0000-11f0-8000-0242ac110003:1-9';
`;

describe.skipIf(!platform).each(FAMILY)('$engine with Redis, memcached and another service', (server) => {
  const { engine, client, dumper } = server;
  const database = (seed = '') => review(`{ engine: ${engine}, image: "${server.image}"${seed} }`);
  let stage: ReviewStage;
  let image: string;
  let namespace: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image(engine, 1);
    stage.github.actor.openPullRequest({ title: 'Another engine', branch: engine });
    namespace = stage.namespace(1);
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const up = (options: RunOptions = {}) =>
    stage.run(stage.github.actor.synchronize(1), { image, deploy: DEPLOY, review: database(), ...options });
  const told = async (key: string) => {
    const secret = await stage.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: 'database', namespace });
    return (secret && secretValue(secret, key)) ?? '';
  };
  /** A program in the pod of the database, with the connection that the app is told. */
  const inPod = async (program: string, ...more: string[]) => {
    if (!platform) throw new Error('no platform');
    const { hostname, port, username, password, pathname } = new URL(await told('DATABASE_URL'));
    const script = 'export MYSQL_PWD="$1"; shift; exec "$@"';
    const connection = [program, '-h', hostname, '-P', port, '-u', username, '--default-character-set=utf8mb4'];
    const command = ['sh', '-c', script, 'sh', password, ...connection, ...more, pathname.slice(1)];
    return (await exec(localCluster(platform), namespace, 'database-0', command)).toString();
  };
  /** Of a server with GTIDs, root alone may make a dump; it has the same password. */
  const dump = () =>
    inPod(dumper, ...server.as, '--single-transaction', '--no-tablespaces', '--ignore-table=parking.slipway_seed');
  const sql = async (query: string) => (await inPod(client, '-N', '-B', '-e', query)).trim();
  const names = () => sql('select group_concat(name order by name) from names');

  it('is up with its seed, and all of it ready', async () => {
    const result = await up({ seed: SEED });
    expect(result.error).toBeUndefined();
    expect(
      await sql(
        "select concat(hex(convert(name using utf8mb4)), ' ', coalesce(upper, 'before the trigger')) from lots order by name",
      ),
    ).toBe(`${hex('seeded')} SEEDED\n${hex('Zürich')} before the trigger`);
    const body = stage.github.actor.comments(1)[0]?.body;
    expect(body).toMatch(new RegExp(`${server.title}[ .0-9]*, new, seeded from`));
    for (const part of ['<code>jobs</code> redis', '<code>cache</code> memcached', '<code>any</code>']) {
      expect(body).toContain(part);
    }
  });

  it('R11, R12: after three redeploys the row is there, and the password works', async () => {
    await sql("insert into lots (name) values ('kept')");
    const before = await told('MYSQL_PASSWORD');
    for (const turn of ['1', '2', '3']) {
      const result = await up({
        review: database().replace('TURN: "0"', `TURN: "${turn}"`),
        seed: 'select changed;',
      });
      expect(result.error).toBeUndefined();
    }
    expect(await names()).toBe('kept,seeded,Zürich');
    expect(await told('MYSQL_PASSWORD')).toBe(before);
  });

  it('begins anew with a dump of another server, whose GTIDs and definers are left behind', async () => {
    const dumped = await dump();
    const definer = /DEFINER=`[^`]*`@`[^`]*`/g;
    expect(dumped.match(definer)).toHaveLength(2);
    const result = await up({
      review: database(', seed: { dump: db/sanitised.dump }'),
      seed: `${GTIDS}${dumped.replace(definer, 'DEFINER=`owner`@`10.%`')}`,
      operation: 'reset-database',
    });
    expect(result.error).toBeUndefined();
    await sql("insert into lots (name) values ('anew')");
    expect(await names()).toBe('anew,kept,seeded,Zürich');
    expect(await sql("select upper from lots where name = 'anew'")).toBe('ANEW');
  });

  it('R12: another engine is refused, and reset-database is the way', async () => {
    const postgres = review('{ image: "$REGISTRY/library/postgres:15" }');
    const refused = await up({ review: postgres });
    expect(refused.error?.message).toContain(`is ${server.title}`);
    expect(refused.error?.message).toContain('slipway.yml now asks for PostgreSQL 15');
    expect(await sql('select count(*) from lots')).toBe('4');
    const anew = await up({ review: postgres, operation: 'reset-database' });
    expect(anew.error).toBeUndefined();
    expect(await told('PGHOST')).toBe('database');
  });

  it('closed: nothing of it is left in the cluster', async () => {
    expect((await stage.run(stage.github.actor.closePullRequest(1))).outcome).toBe('succeeded');
    expect(await stage.leftovers(1)).toEqual([]);
  });
});

const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();

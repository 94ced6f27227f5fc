import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformEnv } from '../../../local/platform.ts';
import { secretValue } from '../../../src/plan/review/database-objects.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, type RunOptions } from './stage.ts';

const found = (await requirePlatform('MariaDB in review environments'))?.platform;
const lacks =
  found && !found.baseImages.mariadb ? 'the platform has no image of MariaDB yet (npm run local:up)' : undefined;
const platform = found && !skipUnless('MariaDB in review environments', lacks) ? found : undefined;
const run = promisify(execFile);

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
const MARIADB = '{ engine: mariadb, image: "$REGISTRY/library/mariadb:10.11" }';

describe.skipIf(!platform)('an environment with MariaDB, Redis, memcached and another service', () => {
  let stage: ReviewStage;
  let image: string;
  let namespace: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('mariadb', 1);
    stage.github.actor.openPullRequest({ title: 'Another engine', branch: 'mariadb' });
    namespace = stage.namespace(1);
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const up = (options: RunOptions = {}) =>
    stage.run(stage.github.actor.synchronize(1), { image, deploy: DEPLOY, review: review(MARIADB), ...options });
  const password = async () => {
    const secret = await stage.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: 'database', namespace });
    return (secret && secretValue(secret, 'MARIADB_PASSWORD')) ?? '';
  };
  /** With the password of the Secret, over the network. */
  const sql = async (query: string) => {
    if (!platform) throw new Error('no platform');
    const { kubeconfig, context, tools } = platform;
    const at = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace, 'exec', 'database-0', '--'];
    const script = 'MYSQL_PWD="$1" exec mariadb -N -B -h "$HOSTNAME" -u parking -D parking -e "$2"';
    const args = [...at, 'sh', '-c', script, 'sh', await password(), query];
    const env = { HOME: process.env.HOME, ...platformEnv(platform) };
    return (await run(join(tools.dir, 'kubectl'), args, { env })).stdout.trim();
  };

  it('is up with its seed, and all of it ready', async () => {
    const seed = "create table lots (name varchar(40) primary key) engine=InnoDB; insert into lots values ('seeded');";
    const result = await up({ seed });
    expect(result.error).toBeUndefined();
    expect(await sql('select name from lots')).toBe('seeded');
    const body = stage.github.actor.comments(1)[0]?.body;
    for (const part of [
      'MariaDB 10.11, new, seeded from',
      '<code>jobs</code> redis',
      '<code>cache</code> memcached',
      '<code>any</code>',
    ]) {
      expect(body).toContain(part);
    }
  });

  it('R11, R12: after three redeploys the row is there, and the password works', async () => {
    await sql("insert into lots values ('kept')");
    const before = await password();
    for (const turn of ['1', '2', '3']) {
      const result = await up({
        review: review(MARIADB).replace('TURN: "0"', `TURN: "${turn}"`),
        seed: 'select changed;',
      });
      expect(result.error).toBeUndefined();
    }
    expect(await sql('select group_concat(name order by name) from lots')).toBe('kept,seeded');
    expect(await password()).toBe(before);
  });

  it('R12: another engine is refused, and reset-database is the way', async () => {
    const postgres = review('{ image: "$REGISTRY/library/postgres:15" }');
    const refused = await up({ review: postgres });
    expect(refused.error?.message).toMatch(/is MariaDB 10\.11, and slipway\.yml now asks for PostgreSQL 15/);
    expect(await sql('select count(*) from lots')).toBe('2');
    const anew = await up({ review: postgres, operation: 'reset-database' });
    expect(anew.error).toBeUndefined();
    const secret = await stage.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: 'database', namespace });
    expect(secret && secretValue(secret, 'PGHOST')).toBe('database');
  });
});

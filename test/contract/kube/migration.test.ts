import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { Cancelled } from '../../../src/errors.ts';
import { FIELD_MANAGER } from '../../../src/objects/names.ts';
import { isReadyPod, podView } from '../../../src/readiness/pod-view.ts';
import { rollOut } from '../../../src/stages/apply/roll-out.ts';
import { localCluster } from '../../support/google/local-cluster.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { exec } from '../../support/kube/exec.ts';
import { servingApp } from '../../support/kube/real.ts';
import { migrationJob } from '../../support/kube/spec.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('migrations of a real PostgreSQL');
const WRITE = { fieldManager: 'test' };

/** A migration that notes when it began and ended, in the database that it migrates. */
const migrationOf = (host: string, database: string, name: string, seconds = 0) => [
  'python3',
  '-c',
  [
    'import psycopg2, time',
    `c = psycopg2.connect("host=${host} dbname=${database} user=postgres password=test")`,
    'c.autocommit = True; k = c.cursor()',
    'k.execute("SELECT pg_advisory_lock(1)")',
    'k.execute("CREATE TABLE IF NOT EXISTS ran (n serial, name text, ended boolean DEFAULT false)")',
    'k.execute("SELECT pg_advisory_unlock(1)")',
    `k.execute("INSERT INTO ran (name) VALUES ('${name}') RETURNING n"); n = k.fetchone()[0]`,
    `time.sleep(${seconds})`,
    'k.execute("UPDATE ran SET ended = true WHERE n = %s", (n,))',
    `print("migrated to ${name}")`,
  ].join('\n'),
];

describe.skipIf(!test).concurrent('a migration of a real PostgreSQL', () => {
  const { cluster, namespaces } = kubeSuite(test);

  let server = '';
  /** One server for all: making one takes longer than any of the tests where the machine has other work. */
  beforeAll(async () => {
    if (!test || !cluster) return;
    const { name: namespace, remove } = await ownNamespace(cluster, 'migration');
    namespaces.push(remove);
    server = namespace;
    const metadata = { name: 'database', namespace, labels: { app: 'database' } };
    const env = [{ name: 'POSTGRES_PASSWORD', value: 'test' }];
    const readinessProbe = { tcpSocket: { port: 5432 }, periodSeconds: 1 };
    const containers = [{ name: 'postgres', image: test.platform.baseImages.postgres, env, readinessProbe }];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { terminationGracePeriodSeconds: 1, containers } };
    const service = { selector: { app: 'database' }, ports: [{ port: 5432 }] };
    await cluster.apply(pod, WRITE);
    await cluster.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: service }, WRITE);
    const there = async () => cluster.get({ apiVersion: 'v1', kind: 'Pod', name: 'database', namespace });
    for (let live = await there(); !live || !isReadyPod(podView(live)); live = await there()) {
      await systemClock.sleep(200);
    }
  });

  async function scene() {
    if (!test || !cluster) throw new Error('no platform');
    const made = await deliveryScene(test, cluster, namespaces);
    const database = made.staging.replaceAll('-', '_');
    const query = async (sql: string, where: string) => {
      const psql = ['psql', '--username=postgres', '--no-align', '--tuples-only'];
      const command = [...psql, `--dbname=${where}`, `--command=${sql}`];
      return (await exec(localCluster(test.platform), server, 'database', command)).toString().trim().split('\n');
    };
    await query(`CREATE DATABASE ${database}`, 'postgres');
    const psql = (sql: string) => query(sql, database);
    const version = () => [
      'python3',
      '-c',
      [
        'import psycopg2',
        `c = psycopg2.connect("host=database.${server} dbname=${database} user=postgres password=test")`,
        'k = c.cursor(); k.execute("SELECT to_regclass(\'ran\')"); there = k.fetchone()[0]',
        'k.execute("SELECT string_agg(name, \',\' ORDER BY n) FROM ran") if there else None',
        'print("at", k.fetchone() if there else "nothing")',
      ].join('\n'),
    ];
    const migration = (name: string, seconds = 0) => migrationOf(`database.${server}`, database, name, seconds);
    /** A run that knows nothing of others: no lease, no record. */
    const run = (name: string, seconds: number, signal = new AbortController().signal) => {
      const jobs = [migrationJob(servingApp(test, made.staging), migration(name, seconds))];
      const request = { namespace: made.staging, objects: [], jobs, deadlineMs: 180_000, signal };
      const onProgress = (text: string) => made.ports.log.info(text);
      return rollOut({ ...request, fieldManager: FIELD_MANAGER, onProgress }, { ...made.ports, cluster });
    };
    return { ...made, kube: cluster, psql, migration, version, run };
  }

  it('of two runs of one release at once happens once (K34)', async () => {
    const { run, psql } = await scene();
    const reports = await Promise.all([run('one', 2), run('one', 2)]);
    expect(reports.map(({ outcome, error }) => error?.message ?? outcome)).toEqual(['ready', 'ready']);
    expect(await psql('SELECT name, ended FROM ran')).toEqual(['one|t']);
    expect((await run('one', 2)).outcome).toBe('ready');
    expect(await psql('SELECT count(*) FROM ran')).toEqual(['1']);
  });

  it('that a cancelled run left behind is waited for before the next begins (K34)', async () => {
    const { run, psql, kube, staging, ports } = await scene();
    const cancel = new AbortController();
    const first = run('slow', 8, cancel.signal);
    const jobs = () => kube.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace: staging });
    while ((await jobs()).length === 0) await ports.clock.sleep(100);
    cancel.abort(new Cancelled('cancelled (SIGINT)'));
    expect((await first).outcome).toBe('cancelled');
    const next = await run('next', 0);
    expect(next.error?.message ?? next.outcome).toBe('ready');
    expect(ports.log.lines.join('\n')).toContain(
      'the migration of another release is still running, and is waited for',
    );
    expect(await psql("SELECT name FROM ran WHERE ended OR name = 'next' ORDER BY n")).toEqual(['slow', 'next']);
  });

  it('that is not declared reversible keeps a failed release from going back; declared, it does not (K33)', async () => {
    const { update, psql, migration, command, staging } = await scene();
    const env = { RELEASE: 'good' };
    expect((await update({ migrate: migration('one'), env })).outcome).toBe('succeeded');
    const failed = await update({ migrate: migration('two'), command: 'exit 3' });
    expect(failed.outcome).toBe('failed');
    expect(failed.error?.details.join('\n')).toContain(
      'not rolled back to parking-1: the migration of this release has run, and deploy.reversible does not say that the previous version',
    );
    expect(await command(staging)).toContain('exit 3');
    expect(await psql('SELECT name FROM ran ORDER BY n')).toEqual(['one', 'two']);
    const back = await update({ migrate: migration('three'), command: 'exit 4', reversible: true });
    expect(back.outcome).toBe('rolled-back');
    expect(await command(staging)).toContain('"value":"good"');
  });

  it('F6: a failed release goes back over a migration that left the version of the schema as it was', async () => {
    const { update, psql, migration, version, command, staging } = await scene();
    const schemaVersion = version();
    const env = { RELEASE: 'good' };
    expect((await update({ migrate: migration('one'), schemaVersion, env })).outcome).toBe('succeeded');
    const nothing = ['python3', '-c', 'print("nothing to do")'];
    const back = await update({ migrate: nothing, schemaVersion, command: 'exit 3' });
    expect(back.outcome).toBe('rolled-back');
    expect(back.error?.details.join('\n')).toContain('the migration of this release left the schema as it was');
    expect(await command(staging)).toContain('"value":"good"');

    const failed = await update({ migrate: migration('two'), schemaVersion, command: 'exit 4' });
    expect(failed.outcome).toBe('failed');
    expect(failed.error?.details.join('\n')).toContain('the migration of this release has run and changed the schema');
    // The schema is that of `two`, and `one` is what would come back.
    const other = ['python3', '-c', 'print("nothing to do either")'];
    const stays = await update({ migrate: other, schemaVersion, command: 'exit 5' });
    expect(stays.outcome).toBe('failed');
    expect(await psql('SELECT name FROM ran ORDER BY n')).toEqual(['one', 'two']);
  });
});

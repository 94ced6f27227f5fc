import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { planCloudSql } from '../../../src/plan/cloud-sql.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { isReadyPod, podView } from '../../../src/readiness/pod-view.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { CloudSqlInstance, INSTANCE } from '../../support/google/cloud-sql.ts';
import { localCluster } from '../../support/google/local-cluster.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { exec } from '../../support/kube/exec.ts';
import { serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requireBuiltPlatform } from '../../support/platform.ts';

const test = await requireBuiltPlatform(
  'a database on Cloud SQL through the real Auth Proxy',
  'the double of the instance listens on the node',
);
const USER = 'parking@acme.iam';
const WRITE = { fieldManager: 'test' };
const MINUTES = 60_000;

/** Connects as the app would: by DATABASE_URL alone. */
const connected = (sql: string) => [
  'import os, psycopg2',
  'c = psycopg2.connect(os.environ["DATABASE_URL"]); c.autocommit = True; k = c.cursor()',
  `k.execute("""${sql}""")`,
];

describe.skipIf(!test)('environments.<name>.database on Cloud SQL', () => {
  const { cluster, namespaces } = kubeSuite(test);
  let server = '';
  let instance: CloudSqlInstance;

  beforeAll(async () => {
    if (!test || !cluster) return;
    const { name: namespace, remove } = await ownNamespace(cluster, 'cloud-sql');
    namespaces.push(remove);
    server = namespace;
    const env = [{ name: 'POSTGRES_HOST_AUTH_METHOD', value: 'trust' }];
    const readinessProbe = { tcpSocket: { port: 5432 }, periodSeconds: 1 };
    const containers = [{ name: 'postgres', image: test.platform.baseImages.postgres, env, readinessProbe }];
    const spec = { terminationGracePeriodSeconds: 1, containers };
    const ref = { apiVersion: 'v1', kind: 'Pod', name: 'database', namespace };
    await cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'database', namespace }, spec }, WRITE);
    let live = await cluster.get(ref);
    for (; !live || !isReadyPod(podView(live)); live = await cluster.get(ref)) await systemClock.sleep(200);
    await psql(`CREATE ROLE "${USER}" LOGIN`, 'postgres');
    await psql(`CREATE DATABASE parking OWNER "${USER}"`, 'postgres');
    const { podIP } = live.status as { podIP: string };
    instance = await CloudSqlInstance.start(test, `${podIP}:5432`);
  }, 15 * MINUTES);
  afterAll(() => instance?.close());

  async function psql(sql: string, database: string): Promise<string> {
    if (!test) return '';
    const command = ['psql', '--username=postgres', '--no-align', '--tuples-only', `--dbname=${database}`];
    return (await exec(localCluster(test.platform), server, 'database', [...command, `--command=${sql}`])).toString();
  }

  async function scene(identity: 'allowed' | 'denied') {
    if (!test || !cluster) throw new Error('no platform');
    const made = await deliveryScene(test, cluster, namespaces);
    const account = 'parking@acme.iam.gserviceaccount.com';
    const image = await instance.image(identity);
    const database = planCloudSql({ cloudSql: INSTANCE, name: 'parking', serviceAccount: account, image });
    const run = (deploy: Record<string, unknown>, overrides: Partial<RolloutPlan> = {}) =>
      runRollingUpdate({ ...made.planOf({ env: database.env, ...deploy }), database, ...overrides }, made.ports);
    return { ...made, kube: cluster, run };
  }

  it('is reached by migration and app, through the proxy, as the identity of the pod and without a password', async () => {
    const { run, kube, staging } = await scene('allowed');
    const migrate = ['python3', '-c', connected('CREATE TABLE seen AS SELECT current_user::text AS who').join('\n')];
    const command = [
      'sh',
      '-c',
      'python3 -c "$1" && shift && exec "$@"',
      'sh',
      connected('TABLE seen').join('\n'),
      ...serve(),
    ];
    const result = await run({ migrate, command });
    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('succeeded');
    expect((await psql('SELECT who FROM seen', 'parking')).trim()).toBe(USER);
    expect(instance.seen).toContainEqual({ event: 'certificate', login: true });
    expect(instance.seen).toContainEqual({ event: 'connection' });
    const account = await kube.get({ apiVersion: 'v1', kind: 'ServiceAccount', name: 'parking', namespace: staging });
    expect(account?.metadata.annotations).toMatchObject({
      'iam.gke.io/gcp-service-account': 'parking@acme.iam.gserviceaccount.com',
    });
    // The Job has ended, though its sidecar would run for ever.
    const [job] = await kube.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace: staging });
    await expect
      .poll(
        async () =>
          JSON.stringify((await kube.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace: staging }))[0]?.status),
        { timeout: 60_000 },
      )
      .toContain('"Complete"');
    expect(job?.metadata.name).toContain('migrate');
  });

  it('that the identity may not reach fails the release with the answer of Google and the role to grant', async () => {
    const { run } = await scene('denied');
    const migrate = ['python3', '-c', connected('SELECT 1').join('\n')];
    const result = await run({ migrate });
    expect(result.outcome).toBe('failed');
    expect(result.error?.message).toContain('cloud-sql-proxy');
    expect(result.error?.remedy).toContain('roles/cloudsql.client');
    expect(result.error?.details.join('\n')).toContain('cloudsql.instances.connect');
  });
});

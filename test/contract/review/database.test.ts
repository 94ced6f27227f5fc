import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '../../../src/errors.ts';
import type { Cluster, KubeObject } from '../../../src/ports.ts';
import { localCluster } from '../../support/google/local-cluster.ts';
import { exec } from '../../support/kube/exec.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('databases of review environments'))?.platform;
const lot = (name: string) => `INSERT INTO lots (name, address) VALUES ('${name}', 'here');`;
const databaseWith = (more: string) =>
  `{ host: "pr-{number}-$ID.localhost", database: { image: "$REGISTRY/library/postgres:15"${more} } }`;

describe.skipIf(!platform)('the database of an environment', () => {
  let stage: ReviewStage;
  let image: string;
  let namespace: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('1', 1);
    stage.github.actor.openPullRequest({ title: 'A database of its own', branch: 'database' });
    namespace = stage.namespace(1);
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const up = (options: Parameters<ReviewStage['run']>[1]) =>
    stage.run(stage.github.actor.synchronize(1), { image, ...options });
  const site = (number = 1) => `http://pr-${number}-${stage.repositoryId}.localhost:${platform?.ingress.port}/lots`;
  const lots = async (number = 1) => {
    const { lots: all } = (await visit(site(number))).body as { lots: { name: string }[] };
    return all.map(({ name }) => name).sort();
  };
  const jobs = () =>
    stage.cluster.list(
      { apiVersion: 'batch/v1', kind: 'Job' },
      { namespace, labelSelector: 'app.kubernetes.io/component=seed' },
    );

  it('a seed that is wrong is told with the line of the database, and leaves no row', async () => {
    const result = await up({ seed: `${lot('half')}\nINSERT INTO lost (name) VALUES ('x');` });
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain('relation "lost" does not exist');
    expect(stage.github.actor.comments(1)[0]?.body).toContain('relation "lost" does not exist');
  });

  it('a load that is killed in the middle leaves nothing: the next run loads it once', async () => {
    const cancel = new AbortController();
    const cancelled = new Cancelled('cancelled (SIGINT)');
    const slow = up({ seed: `${lot('slow')} SELECT pg_sleep(120);`, ports: { signal: cancel.signal } });
    const pod = await podOf(stage.cluster, namespace, 'SELECT pg_sleep');
    cancel.abort(cancelled);
    expect(await slow).toMatchObject({ outcome: 'cancelled', error: { message: cancelled.message } });
    expect(stage.github.actor.comments(1)[0]?.body).toContain('was cancelled');
    for (const { metadata } of await jobs()) {
      await stage.cluster.delete({ apiVersion: 'batch/v1', kind: 'Job', name: metadata.name, namespace });
    }
    await expect.poll(() => stage.cluster.get(pod), { timeout: 120_000 }).toBeUndefined();
    const result = await up({ seed: lot('seeded') });
    expect(result.error).toBeUndefined();
    expect(await lots()).toEqual(['seeded']);
  });

  it('the database itself remembers: without any trace in the cluster it is not seeded twice', async () => {
    for (const { metadata } of await jobs()) {
      await stage.cluster.delete({ apiVersion: 'batch/v1', kind: 'Job', name: metadata.name, namespace });
    }
    const metadata = { name: 'data-database-0', namespace };
    const forgotten = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata };
    await stage.cluster.apply(forgotten, { fieldManager: 'slipway-seed' });
    const result = await up({ seed: `${lot('again')}` });
    expect(result.error).toBeUndefined();
    expect(await lots()).toEqual(['seeded']);
  });

  it('R12: another major version is refused, and nothing is changed', async () => {
    const before = await statefulSet();
    const result = await up({ review: databaseWith(', version: "16"') });
    expect(result.error?.message).toMatch(/is PostgreSQL 15, and slipway\.yml now asks for PostgreSQL 16/);
    expect(await statefulSet()).toEqual(before);
    expect(await lots()).toEqual(['seeded']);
  });

  it('a volume keeps its size: the wish for another one is no reason to fail', async () => {
    const result = await up({ review: databaseWith(', storage: 3Gi') });
    expect(result.error).toBeUndefined();
    expect(stage.github.actor.comments(1)[0]?.body).toContain('keeps its volume of 1Gi');
    expect(await lots()).toEqual(['seeded']);
  });

  it('R11: a volume whose password is gone is not given a new one', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', name: 'database', namespace };
    await stage.cluster.delete(secret);
    const result = await up({});
    expect(result.error?.message).toMatch(/password \(Secret database\) is gone/);
    expect(await stage.cluster.get(secret)).toBeUndefined();
  });

  it('reset-database begins anew: empty, migrated, seeded, with a password that is a new one', async () => {
    // SQL with gzip, as a larger seed is.
    const packed = databaseWith(', seed: db/seed.sql.gz');
    const result = await up({ operation: 'reset-database', review: packed, seed: gzipSync(lot('anew')) });
    expect(result.error).toBeUndefined();
    expect(await lots()).toEqual(['anew']);
    expect(stage.github.actor.comments(1)[0]?.body).toContain('new, seeded from db/seed.sql.gz');
  });

  it('a dump of pg_dump brings its own tables and rows, and is migrated from there', async () => {
    expect((await visit(site(), { name: 'of a reviewer', address: 'here' })).status).toBe(201);
    const dumped = databaseWith(', seed: { dump: db/sanitised.dump }');
    const event = stage.github.actor.openPullRequest({ title: 'From a dump', branch: 'dump' });
    const result = await stage.run(event, { image, review: dumped, seed: await dump() });
    expect(result.error).toBeUndefined();
    expect(await lots(2)).toEqual(['anew', 'of a reviewer']);
    expect(stage.github.actor.comments(2)[0]?.body).toContain('new, seeded from db/sanitised.dump');
    // The sequence of its ids goes on where the dump left it.
    expect((await visit(site(2), { name: 'after', address: 'here' })).status).toBe(201);
  });

  /** As `pg_dump -Fc` of the database that is there writes it. */
  const dump = async () => {
    if (!platform) throw new Error('no platform');
    const script =
      'PGPASSWORD="$POSTGRES_PASSWORD" exec pg_dump -Fc --no-owner --exclude-schema=slipway -h 127.0.0.1 -U "$POSTGRES_USER" "$POSTGRES_DB"';
    return exec(localCluster(platform), namespace, 'database-0', ['sh', '-c', script]);
  };

  const statefulSet = async () => {
    const live = await stage.cluster.get({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'database', namespace });
    return live?.metadata.generation;
  };
});

/** The running pod of the seed that holds this text; waited for. */
async function podOf(cluster: Cluster, namespace: string, text: string) {
  const selection = { namespace, labelSelector: 'app.kubernetes.io/component=seed' };
  const running = async (): Promise<KubeObject | undefined> => {
    const maps = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, selection);
    const fileOf = ({ binaryData }: KubeObject) => (binaryData as { dump?: string } | undefined)?.dump ?? '';
    const map = maps.find((one) => Buffer.from(fileOf(one), 'base64').includes(text))?.metadata.name;
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, selection);
    return pods.find((pod) => {
      const { phase } = pod.status as { phase?: string };
      return map !== undefined && phase === 'Running' && JSON.stringify(pod.spec).includes(map);
    });
  };
  const found = await expect.poll(running, { timeout: 120_000 }).toBeDefined().then(running);
  if (!found) throw new Error('the seed ended too soon');
  return { apiVersion: 'v1', kind: 'Pod', name: found.metadata.name, namespace };
}

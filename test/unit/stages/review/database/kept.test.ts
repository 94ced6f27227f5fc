import { beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../../../src/errors.ts';
import { type PlannedDatabase, planDatabase } from '../../../../../src/plan/review/database/database.ts';
import { refuseAnotherDatabase, runningOf } from '../../../../../src/plan/review/database/kept.ts';
import { databaseStatefulSet } from '../../../../../src/plan/review/database/objects.ts';
import type { OnServer } from '../../../../../src/plan/review/database/shared-server/server-objects.ts';
import { serverObjects } from '../../../../../src/plan/review/database/shared-server/server-objects.ts';
import { planReviewUp } from '../../../../../src/plan/review-plan.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import { checkDatabase } from '../../../../../src/stages/review/database/database.ts';
import { ensureServer } from '../../../../../src/stages/review/database/shared-server/server.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../support/kube/site.ts';
import { StepClock } from '../../../../support/step-clock.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../../support/unit/review.ts';

const OWNER = { app: 'parking', repositoryId: 1, number: 7 };
const DIGESTS = ['a', 'b'].map((digit) => `r.example/pg@sha256:${digit.repeat(64)}`);
const [A = '', B = ''] = DIGESTS;
const plan = (config: object): PlannedDatabase =>
  planDatabase({ engine: 'postgres', ...config } as never, 'parking', 'baseline');

/** What there is after deploys with these two, the first of which made the volume. */
function deployed(first: object, last = first) {
  const { volumeClaimTemplates } = databaseStatefulSet(plan(first), OWNER, 'ns').spec as {
    volumeClaimTemplates: [{ metadata: KubeObject['metadata'] }];
  };
  const engine = volumeClaimTemplates[0].metadata.annotations?.['slipway.dev/database'];
  return { engine, server: undefined, running: runningOf(databaseStatefulSet(plan(last), OWNER, 'ns')) };
}

/** As an older Slipway left it: without a note on the StatefulSet. */
const older = (noted: string, config: object) => ({
  engine: noted,
  server: undefined,
  running: { image: plan(config).image, noted: undefined },
});

describe('R12: a volume is kept', () => {
  it.each([
    ['postgres 17', {}],
    ['postgres 17', { version: '17.9' }],
    ['postgres', { version: '15' }],
    ['postgres 15', { image: A }],
  ])('where nothing runs, one of "%s" goes with %j', (recorded, config) => {
    expect(() => refuseAnotherDatabase(plan(config), { engine: recorded, server: undefined })).not.toThrow();
  });

  it.each([
    ['postgres 16', { version: '17' }, /is PostgreSQL 16, and slipway\.yml now asks for PostgreSQL 17/],
    ['postgres 17', { version: '16' }, /is PostgreSQL 17/],
    ['postgres 17', { engine: 'mysql', version: '8.4' }, /asks for MySQL 8\.4/],
    ['mariadb 10.11', { engine: 'mariadb', version: '11.8' }, /is MariaDB 10\.11/],
  ])('where nothing runs, one of "%s" does not go with %j', (recorded, config, message) => {
    expect(() => refuseAnotherDatabase(plan(config), { engine: recorded, server: undefined })).toThrow(message);
  });

  it.each([
    [{ image: A }, { image: A }],
    [{ image: 'r.example/pg:latest' }, { image: 'r.example/pg:latest' }],
    [{ image: 'r.example/own:2.1', version: '16' }, { image: 'r.example/own:2.1' }],
    [{ image: 'pgvector/pgvector:0.8.0-pg16' }, { image: 'pgvector/pgvector:0.9.1-pg16' }],
    [{ image: 'pgvector/pgvector:0.8.0-pg16' }, { version: '16' }],
    [{ image: A }, { image: B, version: '16' }],
    [{ version: '16' }, { image: A, version: '16' }],
    [
      { engine: 'mysql', version: '8' },
      { engine: 'mysql', version: '8.4' },
    ],
    [
      { engine: 'mariadb', version: '11.4' },
      { engine: 'mariadb', version: '11' },
    ],
  ])('%j goes with %j', (before, now) => {
    expect(() => refuseAnotherDatabase(plan(now), deployed(before))).not.toThrow();
  });

  it.each([
    [{ image: 'pgvector/pgvector:0.8.0-pg16' }, { image: 'pgvector/pgvector:0.8.0-pg17' }, /is PostgreSQL 16, .* 17/],
    [{ image: 'r.example/pg:latest-pg16' }, { image: 'r.example/pg:latest-pg17' }, /is PostgreSQL 16, .* 17/],
    [{ image: 'r.example/pg:15' }, { image: 'r.example/pg:15', version: '16' }, /is PostgreSQL 15, .* 16/],
    [{ engine: 'mysql', version: '8' }, { engine: 'mysql', version: '9' }, /is MySQL 8, .* MySQL 9/],
    [{ engine: 'mariadb', version: '11.4' }, { engine: 'mariadb', version: '1' }, /is MariaDB 11\.4, .* MariaDB 1/],
    [{ image: A }, { image: B }, /runs r\.example.*not known whether both have the same major version/],
    [{ image: A }, { version: '17' }, /now asks for postgres:17, .* is not known/],
    [{ version: '17' }, { image: A }, /runs postgres:17, .* is not known/],
  ])('%j does not go with %j', (before, now, message) => {
    expect(() => refuseAnotherDatabase(plan(now), deployed(before))).toThrow(message);
  });

  it('what is not known can be said, or begun anew', () => {
    expect(() => refuseAnotherDatabase(plan({ image: B }), deployed({ image: A }))).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/review\.database\.version.*reset-database/) }),
    );
  });

  it('its version is that of the last deploy, however the first one was called', () => {
    const last = deployed({ image: 'timescale/timescaledb:2.17.2-pg16' }, { image: 'r.example/pg:3-pg16' });
    expect(() => refuseAnotherDatabase(plan({ version: '16' }), last)).not.toThrow();
    expect(() => refuseAnotherDatabase(plan({ version: '17' }), last)).toThrow(/is PostgreSQL 16/);
  });

  it('a digest that the cluster has put behind the name is no change', () => {
    const there = older('postgres', { image: `r.example/pg:latest@sha256:${'a'.repeat(64)}` });
    expect(() => refuseAnotherDatabase(plan({ image: 'r.example/pg:latest' }), there)).not.toThrow();
  });

  it('a deploy looks at the image that runs over it', () => {
    const { engine } = deployed({ image: A });
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-database-0', annotations: { 'slipway.dev/database': engine ?? '' } },
    };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'database' } };
    const live = { secret, claim, statefulSet: databaseStatefulSet(plan({ image: A }), OWNER, 'ns') };
    expect(() => checkDatabase(live, plan({ image: A }))).not.toThrow();
    expect(() => checkDatabase(live, plan({ image: B }))).toThrow(UserError);
  });
});

describe('R12: a shared server', () => {
  const up = (keys: string, operation: 'up' | 'reset-database' = 'up') =>
    planReviewUp(
      reviewInputsOf({ operation }),
      configOf(`review: { database: { mode: shared, server: { namespace: dbs }, ${keys} } }`),
      pullRequest(),
      7,
      undefined,
    );
  const onServer = (keys: string) => up(keys).database as OnServer;
  let cluster: MemoryCluster;

  beforeEach(() => {
    cluster = new MemoryCluster();
  });

  const put = (object: KubeObject) => cluster.create(object, { fieldManager: 'x' });
  const server = async (keys: string, noted: boolean, name = onServer(keys).server.name) => {
    const set = serverObjects(onServer(keys)).find(({ kind }) => kind === 'StatefulSet') as KubeObject;
    const { annotations, ...metadata } = set.metadata;
    await put({ ...set, metadata: { ...metadata, name, ...(noted && annotations ? { annotations } : {}) } });
  };
  const update = async (keys: string) => {
    const before = cluster.writes.length;
    const site = siteOf(cluster, { clock: new StepClock(), signal: AbortSignal.abort() });
    const error = await ensureServer(onServer(keys), site, true).catch((thrown: unknown) => thrown);
    return { refused: error instanceof UserError ? error.message : '', wrote: cluster.writes.length > before };
  };

  it('gets no image of another major version when a template is built, and nothing is written then', async () => {
    // Somebody has put another image there.
    await server('image: "r.example/pg:17.1-pg16"', true, 'postgres-17');
    const metadata = { name: 'postgres-17', namespace: 'dbs', annotations: { 'slipway.dev/database': 'postgres 17' } };
    await put({ apiVersion: 'v1', kind: 'Secret', metadata });
    expect(await update('version: "17"')).toEqual({
      refused: expect.stringContaining('runs r.example/pg:17.1-pg16 (PostgreSQL 16), and slipway.yml now asks for'),
      wrote: false,
    });
  });

  it('gets none of which it is not known, but keeps its own', async () => {
    await server(`image: "${A}"`, true);
    expect(await update(`image: "${B}"`)).toEqual({ refused: expect.stringContaining('not known'), wrote: false });
    expect(await update(`image: "${A}"`)).toEqual({ refused: '', wrote: true });
  });

  it('gets another image of its version', async () => {
    await server('image: "pgvector/pgvector:0.8.0-pg16"', true);
    expect(await update('image: "pgvector/pgvector:0.9.1-pg16"')).toEqual({ refused: '', wrote: true });
  });

  it.each([
    ['pgvector/pgvector:0.8.0-pg16', 'postgres-16'],
    ['r.example/pg:latest-pg17', 'postgres-17'],
    ['r.example/pg:latest', 'postgres'],
  ])('of %s is called %s', (image, name) => {
    expect(onServer(`image: "${image}"`).server.name).toBe(name);
  });
});

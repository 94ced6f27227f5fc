import { describe, expect, it } from 'vitest';
import { databaseTitle, planDatabase } from '../../../../../src/plan/review/database/database.ts';
import { keepClaims } from '../../../../../src/plan/review/database/kept.ts';
import {
  databasePassword,
  databaseSecret,
  databaseService,
  databaseStatefulSet,
} from '../../../../../src/plan/review/database/objects.ts';
import type { KubeObject } from '../../../../../src/ports.ts';

const OWNER = { app: 'parking', repositoryId: 1, number: 7 };
const plan = (config: object, podSecurity: 'baseline' | 'restricted' = 'baseline') =>
  planDatabase({ engine: 'postgres', ...config } as never, 'parking', podSecurity);
const podOf = (set: KubeObject) =>
  (set.spec as { template: { spec: { securityContext: object; containers: Record<string, unknown>[] } } }).template
    .spec;

describe('the plan of a database', () => {
  it.each([
    [{ version: '15' }, 'postgres:15', '15'],
    [{ image: 'localhost:5000/library/postgres:15' }, 'localhost:5000/library/postgres:15', '15'],
    [{ image: 'pgvector/pgvector:pg17' }, 'pgvector/pgvector:pg17', '17'],
    [{ image: `r.example/pg@sha256:${'0'.repeat(64)}` }, `r.example/pg@sha256:${'0'.repeat(64)}`, undefined],
    [{ image: 'r.example/pg:latest', version: '16' }, 'r.example/pg:latest', '16'],
    [{ engine: 'mysql', version: '8.4.9' }, 'mysql:8.4.9', '8.4'],
    [{ engine: 'mariadb', version: '11.8' }, 'mariadb:11.8', '11.8'],
    [{ engine: 'mysql', version: '8' }, 'mysql:8', '8'],
    [{ engine: 'mysql', image: 'mysql:lts' }, 'mysql:lts', undefined],
    [{ image: 'pgvector/pgvector:0.8.0-pg16' }, 'pgvector/pgvector:0.8.0-pg16', '16'],
    [{ image: 'timescale/timescaledb:2.17.2-pg16-oss' }, 'timescale/timescaledb:2.17.2-pg16-oss', '16'],
    [{ image: 'timescale/timescaledb-ha:pg16.6-ts2.17' }, 'timescale/timescaledb-ha:pg16.6-ts2.17', '16'],
    [{ image: 'r.example/pg:latest-pg16' }, 'r.example/pg:latest-pg16', '16'],
    [{ image: 'postgis/postgis:16-3.4' }, 'postgis/postgis:16-3.4', '16'],
  ])('%j', (config, image, major) => {
    expect(plan(config)).toMatchObject({ image, major });
  });

  it('has a pinned version by default', () => {
    for (const engine of ['postgres', 'mysql', 'mariadb']) expect(plan({ engine }).image).toMatch(/^[a-z]+:\d+\.\d+/);
  });

  it.each([
    ['pg-tools', 'app_pg_tools'],
    ['root', 'app_root'],
    ['my-shop', 'my_shop'],
  ])('the user of %s is %s: some names belong to the servers', (app, user) => {
    expect(planDatabase({ engine: 'mysql' } as never, app, 'baseline').user).toBe(user);
  });

  it('has a pod without a token of the cluster, and without the addresses of its neighbours', () => {
    for (const engine of ['postgres', 'mysql', 'mariadb']) {
      const set = databaseStatefulSet(plan({ engine }), OWNER, 'ns');
      expect(podOf(set), engine).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    }
  });

  it('runs as the user of the official images; one of the team starts as it is built, unless `restricted` is enforced', () => {
    expect(plan({}).runAs).toBe(999);
    expect(plan({ version: '17-alpine' }).runAs).toBe(70);
    expect(plan({ image: 'r.example/pg:17' }).runAs).toBe('as-built');
    expect(plan({ image: 'r.example/pg:17' }, 'restricted').runAs).toBe(999);
  });
});

describe('R11: the password', () => {
  const secret = databaseSecret(plan({}), OWNER, 'ns', 'p4ss');
  const decoded = Object.fromEntries(
    Object.entries(secret.data as Record<string, string>).map(([k, v]) => [k, Buffer.from(v, 'base64').toString()]),
  );

  it('is told as a URL and in parts, under the names that frameworks expect', () => {
    expect(decoded).toMatchObject({
      DATABASE_URL: 'postgresql://parking:p4ss@database:5432/parking',
      PGHOST: 'database',
      PGPORT: '5432',
      PGUSER: 'parking',
      PGPASSWORD: 'p4ss',
      PGDATABASE: 'parking',
      POSTGRES_USER: 'parking',
      POSTGRES_PASSWORD: 'p4ss',
      POSTGRES_DB: 'parking',
    });
  });

  it('is read back from the Secret, whatever the engine', () => {
    for (const engine of ['postgres', 'mysql', 'mariadb']) {
      expect(databasePassword(databaseSecret(plan({ engine }), OWNER, 'ns', 'p4ss'), plan({ engine }))).toBe('p4ss');
    }
    expect(() => databasePassword({ ...secret, data: {} }, plan({}))).toThrow(/holds no POSTGRES_PASSWORD/);
  });

  it('stands in no other object', () => {
    const others = [databaseService(plan({}), OWNER, 'ns'), databaseStatefulSet(plan({}), OWNER, 'ns')];
    expect(JSON.stringify(others)).not.toContain('p4ss');
  });
});

describe('the StatefulSet', () => {
  it('keeps its data in a folder of a volume, and is ready by a real connection with the password', () => {
    const [container] = podOf(databaseStatefulSet(plan({ storage: '3Gi' }), OWNER, 'ns')).containers;
    expect(container?.env).toContainEqual({ name: 'PGDATA', value: '/var/lib/slipway/data' });
    const readiness = JSON.stringify(container?.readinessProbe);
    expect(readiness).toContain('PGPASSWORD');
    expect(readiness).toContain('select 1');
    expect(readiness).not.toContain('127.0.0.1');
  });

  it.each([
    ['mysql', ['--datadir=/var/lib/slipway/data', '--skip-log-bin']],
    ['mariadb', ['--datadir=/var/lib/slipway/data']],
  ])('%s: its data folder is an argument of the server, and root has the password of the Secret', (engine, args) => {
    const [container] = podOf(databaseStatefulSet(plan({ engine }), OWNER, 'ns')).containers;
    expect(container?.args).toEqual(args);
    const prefix = engine.toUpperCase();
    const root = { name: `${prefix}_ROOT_PASSWORD`, value: `$(${prefix}_PASSWORD)` };
    expect(container?.env).toContainEqual(root);
  });

  it('satisfies `restricted` with the official images', () => {
    const pod = podOf(databaseStatefulSet(plan({}), OWNER, 'ns'));
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 999, fsGroup: 999 });
    expect(pod.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
      capabilities: { drop: ['ALL'] },
    });
  });

  it('notes what it runs, beside what its volume was made with', () => {
    const set = databaseStatefulSet(plan({ version: '16' }), OWNER, 'ns');
    expect(set.metadata.annotations).toEqual({ 'slipway.dev/database': 'postgres 16' });
  });

  it('is the same for every deploy of the same configuration', () => {
    const twice = [1, 2].map(() => JSON.stringify(databaseStatefulSet(plan({}), OWNER, 'ns')));
    expect(twice[0]).toBe(twice[1]);
  });
});

describe('R12: what is there is kept', () => {
  it('the claims of a StatefulSet that is there are sent as they are', () => {
    const wanted = databaseStatefulSet(plan({ storage: '9Gi' }), OWNER, 'ns');
    const claims = [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } }];
    const there = { ...wanted, spec: { volumeClaimTemplates: claims } };
    expect(keepClaims(wanted, there).spec).toMatchObject({ volumeClaimTemplates: claims, serviceName: 'database' });
    expect(keepClaims(wanted, undefined)).toBe(wanted);
  });

  it('is called by the name that people know', () => {
    expect(databaseTitle(plan({ version: '15' }))).toBe('PostgreSQL 15');
  });
});

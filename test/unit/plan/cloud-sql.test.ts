import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { appObjects, migrationJob } from '../../../src/objects/app/app.ts';
import { cloudSqlAccount, refuseWithoutSidecars, withCloudSql } from '../../../src/objects/cloud-sql/cloud-sql.ts';
import { podTemplateOf } from '../../../src/objects/pod-template.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import { refusal } from '../../support/refusal.ts';
import { push } from '../../support/unit/events.ts';

const HEAD = 'app: shop\nimage: { repository: r.example/shop }\n';
const IMAGE = `r.example/shop@sha256:${'1'.repeat(64)}`;
const ACCOUNT = 'serviceAccount: shop@acme.iam.gserviceaccount.com';
const planOf = (database: string, deploy = '{ migrate: flask db upgrade }', environment = '') => {
  const text = `${HEAD}deploy: ${deploy}\nenvironments: { staging: { namespace: s, database: ${database}${environment} } }\n`;
  const context = { config: parseConfig(text, 'slipway.yml'), event: push(), workingDirectory: '/' };
  return planRollout(rollingUpdateInputs(new Inputs({})), context);
};
const SIMPLE = `{ cloudSql: "acme:europe-west1:main", name: shop, ${ACCOUNT} }`;

/** The proxy, and the pod that it is in, of the Deployment, the CronJob and the Job of the migration. */
function proxiesOf(database: string, deploy?: string) {
  const plan = planOf(database, deploy);
  const spec = { ...plan.spec, images: { shop: IMAGE }, nativeSleep: true };
  const job = plan.migrate ? [migrationJob(spec, plan.migrate)] : [];
  if (!plan.database) throw new Error('no database');
  const objects = withCloudSql([...appObjects(spec), ...job], plan.database, { app: 'shop', images: { shop: IMAGE } });
  return objects.flatMap((object) => {
    const template = podTemplateOf(object)?.spec;
    const [proxy] = template?.initContainers ?? [];
    return proxy ? [{ kind: object.kind, proxy, pod: template }] : [];
  });
}

describe('environments.<name>.database on Cloud SQL', () => {
  it('is a native sidecar in every pod of the app, with no readiness probe and no preStop hook', () => {
    const crons =
      '{ processes: { web: { port: 8080 } }, crons: { nightly: { command: x, schedule: "0 3 * * *" } }, migrate: x }';
    const found = proxiesOf(SIMPLE, crons);
    expect(found.map(({ kind }) => kind)).toEqual(['Deployment', 'CronJob', 'Job']);
    for (const { proxy, pod } of found) {
      expect(proxy).toMatchObject({
        name: 'cloud-sql-proxy',
        restartPolicy: 'Always',
        startupProbe: { httpGet: { path: '/startup', port: 9801 } },
        livenessProbe: { httpGet: { path: '/liveness', port: 9801 } },
      });
      expect(proxy).not.toHaveProperty('readinessProbe');
      expect(proxy).not.toHaveProperty('lifecycle');
      expect(proxy.args).toEqual(expect.arrayContaining(['--auto-iam-authn', '--port=5432', 'acme:europe-west1:main']));
      expect(pod?.serviceAccountName).toBe('shop');
    }
    // Drain, shutdown of the app, and the end of the proxy.
    expect(found[0]?.pod?.terminationGracePeriodSeconds).toBe(40);
  });

  it.each([
    ['via: private-ip', '--private-ip'],
    ['via: psc', '--psc'],
  ])('%s: %s', (via, flag) => {
    const [found] = proxiesOf(SIMPLE.replace(' }', `, ${via} }`));
    expect(found?.proxy.args).toContain(flag);
    expect(JSON.stringify(proxiesOf(SIMPLE))).not.toContain(flag);
  });

  it('gives the app its variables, without a password, and the pods their identity', () => {
    const plan = planOf(SIMPLE);
    expect(plan.spec.processes[0]?.env).toMatchObject({
      DATABASE_URL: 'postgresql://shop%40acme.iam@127.0.0.1:5432/shop?sslmode=disable',
      PGHOST: '127.0.0.1',
      PGUSER: 'shop@acme.iam',
      PGDATABASE: 'shop',
      DB_USERNAME: 'shop@acme.iam',
    });
    expect(Object.keys(plan.spec.processes[0]?.env ?? {}).filter((name) => /PASSWORD/.test(name))).toEqual([]);
    expect(cloudSqlAccount(plan.database, plan)).toMatchObject([
      {
        kind: 'ServiceAccount',
        metadata: {
          name: 'shop',
          annotations: { 'iam.gke.io/gcp-service-account': 'shop@acme.iam.gserviceaccount.com' },
        },
      },
    ]);
  });

  it('of MySQL has the user before the @; with a user of its own there is no ServiceAccount', () => {
    const mysql = planOf(`{ cloudSql: "acme:europe-west1:main", engine: mysql, name: shop, ${ACCOUNT} }`);
    expect(mysql.spec.processes[0]?.env).toMatchObject({
      DATABASE_URL: 'mysql://shop@127.0.0.1:3306/shop',
      MYSQL_USER: 'shop',
    });
    const own = planOf('{ cloudSql: "acme.dev:acme:europe-west1:main", name: shop, iam: false, user: web }');
    expect(own.spec.processes[0]?.env).toMatchObject({ PGUSER: 'web' });
    expect(cloudSqlAccount(own.database, own)).toEqual([]);
  });

  it.each([
    ['{ cloudSql: main, name: shop, user: u }', 'must be project:region:instance'],
    ['{ cloudSql: "acme:europe-west1:main", user: u }', 'database.name: is missing'],
    ['{ cloudSql: "acme:europe-west1:main", name: shop }', 'database.user: is missing'],
    [`{ cloudSql: "acme:europe-west1:main", name: shop, iam: false, ${ACCOUNT} }`, 'database.user: is missing'],
    ['{ cloudSql: "acme:europe-west1:main", name: shop, serviceAccount: shop }', 'must be the e-mail'],
    ['{ cloudSql: "acme:europe-west1:main", name: shop, user: u, via: public }', '"public" is not known'],
  ])('%s is refused', (database, message) => {
    expect(refusal(() => planOf(database)).message).toContain(message);
  });

  it('is refused beside objects of the team, where secretEnv sets its variables, and on an old cluster', () => {
    expect(refusal(() => planOf(SIMPLE, '{ manifests: k8s }')).remedy).toContain('as a native sidecar');
    expect(refusal(() => planOf(SIMPLE, '{}', ', secretEnv: [DATABASE_URL]')).message).toContain('sets DATABASE_URL');
    expect(refusal(() => proxiesOf(SIMPLE, '{ serviceAccount: web }')).message).toContain(
      'have the ServiceAccount web already',
    );
    expect(refusal(() => refuseWithoutSidecars('staging', 'v1.28.9')).message).toContain('has no native sidecars');
    expect(() => refuseWithoutSidecars('staging', 'v1.29.0')).not.toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { workloadsOf } from '../../../../src/config/workloads.ts';
import { appObjects, migrationJob } from '../../../../src/objects/app/app.ts';
import type { AppSpec } from '../../../../src/objects/app/app-spec.ts';
import { appSpecOf } from '../../../../src/objects/app/app-spec-of.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { ingressOf } from '../../../support/kube/spec.ts';

const IMAGE = `registry.example/shop@sha256:${'1'.repeat(64)}`;
const DEPLOY = `{
  env: { QUEUE: redis },
  processes: {
    api: { port: 8080, health: /healthz, paths: [/api] },
    web: { port: 3000, paths: [/], after: [api] },
    worker: { command: celery worker, secrets: [queue], grace: 5m } },
  crons: { nightly: { command: clean, schedule: "0 3 * * *", timeZone: Europe/Berlin, deadline: 1h } } }`;
const specOf = (deploy = DEPLOY, ingress: AppSpec['ingress'] = undefined): AppSpec => {
  const config = parseConfig(
    `app: shop\nimage: { repository: registry.example/shop }\ndeploy: ${deploy}\n`,
    'slipway.yml',
  );
  const app = appSpecOf('shop', workloadsOf(config), { namespace: 's', ingress, labels: {}, security: 'ordinary' });
  return { ...app, images: { shop: IMAGE }, nativeSleep: true };
};
const objects = (deploy?: string, ingress?: AppSpec['ingress']) => appObjects(specOf(deploy, ingress));
const find = (name: string, kind: string, all: KubeObject[] = objects()) =>
  all.find((one) => one.kind === kind && one.metadata.name === name);
const podOf = (name: string) =>
  (find(name, 'Deployment')?.spec as { template: { metadata: object; spec: { containers: object[] } } } | undefined)
    ?.template;

describe('the objects of several processes', () => {
  it('are a Deployment each, a Service for each port, a budget for two pods, a CronJob for each cron', () => {
    expect(objects().map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment shop-api',
      'Service shop-api',
      'Deployment shop-web',
      'Service shop-web',
      'Deployment shop-worker',
      'PodDisruptionBudget shop-api',
      'PodDisruptionBudget shop-web',
      'CronJob shop-nightly',
    ]);
  });

  it('select the pods of their own process', () => {
    const labels = { 'slipway.dev/app': 'shop', 'app.kubernetes.io/component': 'api' };
    for (const one of ['Deployment', 'Service', 'PodDisruptionBudget']) {
      const { selector } = (find('shop-api', one)?.spec ?? {}) as { selector: { matchLabels?: object } };
      expect(selector.matchLabels ?? selector).toEqual(labels);
    }
    expect(podOf('shop-worker')?.metadata).toMatchObject({ labels: { 'app.kubernetes.io/component': 'worker' } });
  });

  it('of a process without a port have no port, probe or drain, and count after ten seconds', () => {
    const [container] = podOf('shop-worker')?.spec.containers ?? [];
    expect(Object.keys(container ?? {})).toEqual([
      'name',
      'image',
      'command',
      'env',
      'envFrom',
      'resources',
      'securityContext',
    ]);
    expect(container).toMatchObject({ name: 'worker', env: [{ name: 'QUEUE', value: 'redis' }] });
    expect(podOf('shop-worker')?.spec).toMatchObject({ terminationGracePeriodSeconds: 300 });
    expect(find('shop-worker', 'Deployment')?.spec).toMatchObject({ replicas: 1, minReadySeconds: 10 });
    expect(find('shop-api', 'Deployment')?.spec).not.toHaveProperty('minReadySeconds');
  });

  it('name those that must be ready before', () => {
    expect(find('shop-web', 'Deployment')?.metadata.annotations).toEqual({ 'slipway.dev/after': 'shop-api' });
    expect(find('shop-api', 'Deployment')?.metadata).not.toHaveProperty('annotations');
  });

  it('share one Ingress, with the longest path first', () => {
    const all = objects(DEPLOY.replace('[/api]', '[/api, /api/admin]'), ingressOf());
    const rule = (path: string, name: string) => ({
      path,
      pathType: 'Prefix',
      backend: { service: { name, port: { name: 'http' } } },
    });
    expect(find('shop', 'Ingress', all)?.spec).toMatchObject({
      rules: [
        {
          host: 'parking.acme.dev',
          http: { paths: [rule('/api/admin', 'shop-api'), rule('/api', 'shop-api'), rule('/', 'shop-web')] },
        },
      ],
    });
  });
});

describe('the CronJob of a cron', () => {
  it('has the schedule, and a pod like that of a process', () => {
    expect(find('shop-nightly', 'CronJob')?.spec).toMatchObject({
      schedule: '0 3 * * *',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: 3600,
          template: {
            metadata: { labels: { 'app.kubernetes.io/component': 'nightly' } },
            spec: {
              restartPolicy: 'Never',
              automountServiceAccountToken: false,
              containers: [{ name: 'nightly', image: IMAGE, command: ['sh', '-c', 'clean'] }],
            },
          },
        },
      },
    });
  });

  it('is not resumed by a rollout that says nothing about it', () => {
    expect(find('shop-nightly', 'CronJob')?.spec).not.toHaveProperty('suspend');
    const suspended = objects(DEPLOY.replace('deadline: 1h', 'suspend: true'));
    expect(find('shop-nightly', 'CronJob', suspended)?.spec).toMatchObject({ suspend: true });
  });
});

describe('the migration', () => {
  it('runs in the pod of the first process with its image', () => {
    const job = migrationJob(specOf(), { image: 'shop', command: 'migrate' });
    expect(job.spec).toMatchObject({
      template: {
        spec: {
          containers: [
            { name: 'migrate', image: IMAGE, env: expect.arrayContaining([{ name: 'QUEUE', value: 'redis' }]) },
          ],
        },
      },
    });
  });
});

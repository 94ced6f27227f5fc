import { expect, it } from 'vitest';
import { cronRun, runLimit } from '../../../../src/objects/app/cron-run.ts';
import type { KubeObject } from '../../../../src/ports.ts';

const CRON: KubeObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'shop-nightly', namespace: 'ns', uid: 'u' },
  spec: {
    suspend: true,
    schedule: '@daily',
    jobTemplate: { metadata: { labels: { a: 'b' } }, spec: { backoffLimit: 0, activeDeadlineSeconds: 60 } },
  },
};

it('a run is a Job of the CronJob, with its template, and a name of its own', () => {
  const job = cronRun(CRON, 1);
  expect(job).toMatchObject({
    kind: 'Job',
    metadata: {
      namespace: 'ns',
      labels: { a: 'b' },
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ kind: 'CronJob', name: 'shop-nightly', uid: 'u', controller: true }],
    },
    spec: { backoffLimit: 0, activeDeadlineSeconds: 60 },
  });
  expect(cronRun(CRON, 2).metadata.name).not.toBe(job.metadata.name);
  const long = cronRun({ ...CRON, metadata: { ...CRON.metadata, name: 'n'.repeat(52) } }, 1);
  expect(long.metadata.name.length).toBeLessThanOrEqual(63);
  expect(runLimit(CRON)).toBe(60);
  expect(runLimit({ ...CRON, spec: {} })).toBeUndefined();
});

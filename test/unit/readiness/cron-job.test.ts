import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import { near, object } from '../../support/unit/readiness-objects.ts';

const cron = (spec: object = {}): KubeObject => ({
  ...object('batch/v1', 'CronJob', { schedule: '0 3 * * *', ...spec }, {}),
  metadata: { name: 'shop-nightly', namespace: 's', uid: 'cron' },
});
const run = (name: string, startTime: string, type?: 'Complete' | 'Failed'): KubeObject => ({
  ...object('batch/v1', 'Job', {}, {}),
  metadata: {
    name,
    namespace: 's',
    uid: name,
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'shop-nightly', uid: 'cron', controller: true }],
  },
  status: {
    startTime,
    conditions: type ? [{ type, status: 'True', message: 'Job has reached the specified backoff limit' }] : [],
  },
});
const judged = (jobs: KubeObject[], spec?: object) => judge(cron(spec), near(jobs));

describe('a CronJob', () => {
  it('1: is ready by its schedule alone', () => {
    expect(judged([])).toEqual({ state: 'ready', reason: 'runs at 0 3 * * *' });
    expect(judged([], { timeZone: 'Europe/Berlin' })).toMatchObject({ reason: 'runs at 0 3 * * * (Europe/Berlin)' });
  });

  it('is ready with a warning where it is suspended', () => {
    expect(judged([], { suspend: true })).toMatchObject({
      state: 'ready',
      warning: 'it is suspended and does not run',
    });
  });

  it('PR-3: warns of the last run that has ended, where that has failed', () => {
    const failed = run('shop-nightly-2', '2026-01-02T03:00:00Z', 'Failed');
    const running = run('shop-nightly-3', '2026-01-03T03:00:00Z');
    const worked = run('shop-nightly-1', '2026-01-01T03:00:00Z', 'Complete');
    expect(judged([failed, running, worked])).toMatchObject({
      state: 'ready',
      warning:
        'its last run (2026-01-02T03:00:00Z) failed: Job has reached the specified backoff limit; read its log: kubectl -n s logs job/shop-nightly-2',
    });
    expect(judged([failed, run('shop-nightly-4', '2026-01-04T03:00:00Z', 'Complete')])).not.toHaveProperty('warning');
  });
});

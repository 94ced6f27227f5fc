import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/readiness/judge.ts';
import { near, object, owned } from '../../support/unit/readiness-objects.ts';

const proxy = { name: 'cloud-sql-proxy', image: 'proxy', restartPolicy: 'Always' };
const ended = (exitCode: number) => ({ terminated: { exitCode } });
const jobWith = (sidecar: object, own: object = { state: ended(1) }) => {
  const job = object('batch/v1', 'Job', { backoffLimit: 0 }, {});
  const pod = object(
    'v1',
    'Pod',
    { containers: [{ name: 'migrate', image: 'app' }], initContainers: [proxy] },
    {
      phase: 'Failed',
      initContainerStatuses: [{ name: 'cloud-sql-proxy', restartCount: 0, ...sidecar }],
      containerStatuses: [{ name: 'migrate', restartCount: 0, ...own }],
    },
    { ...owned('uid'), name: 'migrate-x', uid: 'migrate-x' },
  );
  return judge(job, near([pod]));
};

describe('a failed Job with a native sidecar', () => {
  it.each([0, 137, 143])(
    'is explained by its own container, whose sidecar was told to end (exit code %d)',
    (exitCode) => {
      expect(jobWith({ state: ended(exitCode) })).toMatchObject({
        state: 'failed',
        reason: 'it ended with exit code 1',
        culprit: { container: 'migrate' },
      });
    },
  );

  it.each([
    ['before it was restarted', { state: ended(1) }, false],
    ['and was restarted', { state: ended(143), lastState: ended(1), restartCount: 1 }, true],
  ])('is explained by the sidecar that ended by itself %s', (_title, sidecar, previous) => {
    expect(jobWith(sidecar)).toMatchObject({
      state: 'failed',
      reason: 'its sidecar cloud-sql-proxy ended by itself with exit code 1',
      remedy: expect.stringContaining('roles/cloudsql.client'),
      culprit: { container: 'cloud-sql-proxy', previous },
    });
  });
});

describe('a pod whose native sidecar does not start', () => {
  it('fails with the sidecar, which the kubelet shows as terminated between its restarts', () => {
    const job = object('batch/v1', 'Job', { backoffLimit: 0 }, {});
    const podWith = (restartCount: number) =>
      object(
        'v1',
        'Pod',
        { containers: [{ name: 'migrate', image: 'app' }], initContainers: [proxy] },
        {
          phase: 'Pending',
          initContainerStatuses: [{ name: 'cloud-sql-proxy', restartCount, state: ended(1), lastState: {} }],
          containerStatuses: [{ name: 'migrate', restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }],
        },
        { ...owned('uid'), name: 'migrate-x', uid: 'migrate-x' },
      );
    expect(judge(job, near([podWith(0)])).state).toBe('waiting');
    expect(judge(job, near([podWith(1)]))).toMatchObject({
      state: 'failed',
      reason: 'container cloud-sql-proxy crashes on every start (exit code 1, 2 times)',
      remedy: expect.stringContaining('roles/cloudsql.client'),
    });
  });
});

import { describe, expect, it } from 'vitest';
import { loadsOf, podRequests } from '../../../../src/preflight/capacity/loads.ts';

const container = (cpu: string, memory: string, more = {}) => ({
  name: 'c',
  resources: { requests: { cpu, memory } },
  ...more,
});
const MEBI = 2 ** 20;

describe('the requests of a pod', () => {
  it('are the sum of its containers and native sidecars', () => {
    const spec = {
      containers: [container('250m', '64Mi'), container('1', '64Mi')],
      initContainers: [container('100m', '32Mi', { restartPolicy: 'Always' })],
    };
    expect(podRequests(spec)).toEqual({ cpu: 1.35, memory: 160 * MEBI });
  });

  it('are those of a larger init container, with the sidecars before it', () => {
    const spec = {
      containers: [container('250m', '64Mi')],
      initContainers: [container('100m', '32Mi', { restartPolicy: 'Always' }), container('2', '16Mi')],
    };
    expect(podRequests(spec)).toEqual({ cpu: 2.1, memory: 96 * MEBI });
  });

  it('are the limits where a container has no requests', () => {
    expect(podRequests({ containers: [{ name: 'c', resources: { limits: { cpu: '2', memory: '1Gi' } } }] })).toEqual({
      cpu: 2,
      memory: 2 ** 30,
    });
  });
});

it('reads autoscalers, surge and crons', () => {
  const metadata = (name: string) => ({ name, namespace: 'production' });
  const template = { spec: { containers: [container('500m', '64Mi')] } };
  const loads = loadsOf('production', [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadata('web'), spec: { replicas: 2, template } },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: metadata('web'),
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 3, maxReplicas: 9 },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: metadata('nightly'),
      spec: {
        schedule: '0 3 * * *',
        timeZone: 'Europe/Berlin',
        jobTemplate: {
          spec: { activeDeadlineSeconds: 90, parallelism: 2, template: { spec: { containers: [{ name: 'c' }] } } },
        },
      },
    },
  ]);
  expect(loads.processes).toMatchObject([{ replicas: 3, most: 9, surge: 3, pod: { cpu: 0.5, memory: 64 * MEBI } }]);
  expect(loads.crons).toMatchObject([
    { minutes: 2, assumed: false, parallelism: 2, policy: 'Allow', timeZone: 'Europe/Berlin' },
  ]);
  expect(loads.unseen).toEqual(['production: CronJob nightly']);
});

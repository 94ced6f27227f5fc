import { afterAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('going back from a release with Jobs on the real cluster');

describe.skipIf(!test).concurrent('going back from a release with Jobs on the real cluster', () => {
  const cluster = test ? adminCluster(test.platform) : undefined;
  const namespaces: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(namespaces.map((remove) => remove()));
    cluster?.close();
  });

  function scene() {
    if (!test || !cluster) throw new Error('no platform');
    return deliveryScene(test, cluster, namespaces);
  }

  const web = (image: string, build: string, command = serve()): KubeObject => {
    const labels = { app: 'web' };
    const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
    const env = [{ name: 'BUILD', value: build }];
    const containers = [{ name: 'web', image, command, env, readinessProbe }];
    const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers } };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    };
  };
  const reindex = (image: string, script: string, more: Record<string, unknown> = {}): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'reindex' },
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: 1,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'reindex', image, command: ['sh', '-c', script], ...more }],
        },
      },
    },
  });
  const job = (namespace: string) => ({ apiVersion: 'batch/v1', kind: 'Job', name: 'reindex', namespace });
  const gone = async (namespace: string) => {
    for (let tries = 0; await cluster?.get(job(namespace)); tries++) {
      if (tries > 100) throw new Error('the Job is still there');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const buildOf = async (namespace: string) => {
    const live = await cluster?.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace });
    return /"name":"BUILD","value":"(\d)"/.exec(JSON.stringify(live?.spec))?.[1];
  };

  it('hb-24: puts the Deployment back where the Job of the release fails, and reads what serves', async () => {
    const { updateOwn, image, staging } = await scene();
    expect((await updateOwn([web(image, '1'), reindex(image, 'exit 0')])).outcome).toBe('succeeded');
    await gone(staging);
    const result = await updateOwn([web(image, '2'), reindex(image, 'echo no index; exit 3')]);
    expect(result.error?.message).toContain('reindex');
    expect(result.error?.details.join('\n')).toContain('rolled back to parking-1');
    expect(result.outcome).toBe('rolled-back');
    expect(result.outputs.revision).toBe('1');
    expect(await buildOf(staging)).toBe('1');
  });

  it('hb-24: puts the Deployment back where it crashes and the Job has completed; the same set is unchanged then', async () => {
    const { updateOwn, image, staging } = await scene();
    const first = [web(image, '1'), reindex(image, 'exit 0')];
    expect((await updateOwn(first)).outcome).toBe('succeeded');
    await gone(staging);
    const again = await updateOwn(first);
    expect(again.outcome).toBe('unchanged');
    expect(await cluster?.get(job(staging))).toBeUndefined();
    const result = await updateOwn([web(image, '2', ['sh', '-c', 'exit 3']), reindex(image, 'echo 2')]);
    expect(result.outcome).toBe('rolled-back');
    expect(await buildOf(staging)).toBe('1');
  });

  it('hb-24: of a release that is left as it is, says that it serves although it has failed', async () => {
    const { updateOwn, image } = await scene();
    expect((await updateOwn([web(image, '1')])).outcome).toBe('succeeded');
    const objects = [web(image, '2'), reindex(image, 'sleep 5; exit 3')];
    const result = await updateOwn(objects, { onFailure: 'leave' });
    expect(result.outcome).toBe('failed');
    expect(result.outputs.revision).toBe('2');
    expect(result.headline).toContain('the last release that worked is parking-1');
  });

  it('F5: deletes a migration that waits for a Secret when its rollout has failed', async () => {
    const { updateOwn, image, staging, cluster: kube } = await scene();
    expect((await updateOwn([web(image, '1')])).outcome).toBe('succeeded');
    const needy = web(image, '2');
    const { containers } = (needy.spec as { template: { spec: { containers: Record<string, unknown>[] } } }).template
      .spec;
    Object.assign(containers[0] ?? {}, { envFrom: [{ secretRef: { name: 'mail' } }] });
    const result = await updateOwn([needy], { migrate: { image: 'parking', command: 'echo migrating' } });
    expect(result.outcome).toBe('rolled-back');
    expect(result.error?.message).toContain('mail');
    expect(result.error?.details.join('\n')).toMatch(
      /parking-migrate-\w+ had not ended and was deleted, so it does not run later/,
    );
    const jobs = await kube.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace: staging });
    expect(jobs.filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([]);
  });
});

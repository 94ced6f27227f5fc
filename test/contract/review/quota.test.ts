import { expect, it } from 'vitest';
import { DEFAULT_QUOTA, quotaOf } from '../../../src/plan/review/environment/isolation.ts';
import type { Isolation } from '../../../src/plan/review/environment/isolation-spec.ts';
import { makeRoom } from '../../../src/stages/review/environment/quota.ts';
import { adminCluster, ownNamespace } from '../../support/kube/cluster.ts';
import { siteOf } from '../../support/kube/site.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('the quota of a review environment');

it.skipIf(!test)('an environment that is there can get a load balancer: its quota makes room before', async () => {
  if (!test) return;
  const cluster = adminCluster(test.platform);
  const { name: namespace, remove } = await ownNamespace(cluster, 'quota');
  try {
    const owner = { app: 'parking', repositoryId: 1, number: 7 };
    const isolation = (loadBalancers: number): Isolation => {
      const walls = { podSecurity: 'baseline', exposed: [], egress: [] } as const;
      return { owner, namespace, quota: DEFAULT_QUOTA, ...walls, loadBalancers };
    };
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace }, spec };
    const validate = () => cluster.apply(service, { fieldManager: 'test', dryRun: true });
    const site = siteOf(cluster);
    // Of an environment that is not there yet nothing is written.
    await makeRoom(isolation(1), site);
    expect((await cluster.list({ apiVersion: 'v1', kind: 'ResourceQuota' }, { namespace })).length).toBe(0);
    await cluster.apply(quotaOf(isolation(0)), { fieldManager: 'slipway' });
    const status = async () =>
      (await cluster.get({ apiVersion: 'v1', kind: 'ResourceQuota', name: 'review', namespace }))?.status;
    await expect.poll(status, { timeout: 60_000 }).toMatchObject({ hard: { 'services.loadbalancers': '0' } });
    await expect(validate()).rejects.toThrow(/quota/);
    await makeRoom(isolation(1), site);
    expect((await validate()).kind).toBe('Service');
  } finally {
    await remove();
    cluster.close();
  }
});

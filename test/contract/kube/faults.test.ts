import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { Unreachable } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { badGateway, noLeader, refusal, throttled } from '../../support/kube/fault-proxy/rules.ts';
import { requirePlatform } from '../../support/platform.ts';
import { faultsOfSuite, WRITE } from './faults.ts';

const test = await requirePlatform('adapters/kube through a proxy that breaks');

describe.skipIf(!test).concurrent('adapters/kube through faults', () => {
  const rig = faultsOfSuite(test);
  const { through, configMap, refOf } = rig;

  describe('K14: a request', () => {
    it.each([
      ['429 with Retry-After', throttled(1)],
      ['500, the store has no leader', noLeader],
      ['502 of a load balancer', badGateway],
      ['503', refusal(503, 'ServiceUnavailable', 'apiserver is shutting down')],
      ['504', refusal(504, 'Timeout', 'the server was unable to return a response in time')],
      ['a broken connection', { kind: 'drop' as const }],
      ['an answer that breaks off', { kind: 'cut' as const, afterLines: 0 }],
    ])('is sent again after %s', async (_name, fault) => {
      const { proxy, cluster } = await through();
      const object = configMap();
      proxy.break({ method: 'PATCH', path: new RegExp(object.metadata.name), times: 1, fault });
      expect((await cluster.apply(object, WRITE)).data).toEqual({ a: '1' });
      expect(proxy.count({ method: 'PATCH', path: new RegExp(object.metadata.name) })).toBe(2);
    });

    it('is not sent sooner than the server asks', async () => {
      const { proxy, cluster } = await through();
      const object = configMap();
      proxy.break({ method: 'PATCH', times: 2, fault: throttled(1) });
      await cluster.apply(object, WRITE);
      const [first, second, third] = proxy.requests.filter(({ method }) => method === 'PATCH').map(({ at }) => at);
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_000);
      expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(1_000);
    });

    it('that is throttled for longer than the budget ends as unreachable', async () => {
      const { proxy, cluster } = await through({ outage: 1_000 });
      proxy.break({ method: 'PATCH', fault: throttled(30) });
      await expect(cluster.apply(configMap(), WRITE)).rejects.toThrow(Unreachable);
      expect(proxy.count({ method: 'PATCH' })).toBe(1);
    });

    it('survives that the server closes all connections, used and idle', async () => {
      const { proxy, cluster } = await through();
      const object = configMap();
      await cluster.apply(object, WRITE);
      const reads = Array.from({ length: 20 }, async (_, index) => {
        await systemClock.sleep(index * 10);
        if (index % 5 === 0) proxy.hangUp();
        return cluster.get(refOf(object));
      });
      for (const read of await Promise.all(reads)) expect(read?.data).toEqual({ a: '1' });
    });
  });

  describe('K14: a write whose answer is lost', () => {
    const lost = { times: 1, fault: { kind: 'lose' as const } };

    it('create: is told as created', async () => {
      const { proxy, cluster } = await through();
      const object = configMap();
      proxy.break({ ...lost, method: 'POST' });
      expect((await cluster.create(object, WRITE))?.data).toEqual({ a: '1' });
      expect(proxy.count({ method: 'POST', path: /configmaps/ })).toBe(2);
    });

    it('create: what somebody else has created is not taken for it', async () => {
      const { proxy, cluster } = await through();
      const object = configMap();
      await rig.admin.create({ ...object, data: { a: 'theirs' } }, WRITE);
      proxy.break({ ...lost, method: 'POST' });
      expect(await cluster.create(object, WRITE)).toBeUndefined();
    });

    it('replace: is told as replaced', async () => {
      const { proxy, cluster } = await through();
      const created = (await cluster.create(configMap(), WRITE)) as KubeObject;
      proxy.break({ ...lost, method: 'PUT' });
      const replaced = await cluster.replace({ ...created, data: { a: '2' } }, WRITE);
      expect(replaced?.data).toEqual({ a: '2' });
      expect(replaced?.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion);
    });

    it('replace: a conflict stays a conflict', async () => {
      const { proxy, cluster } = await through();
      const created = (await cluster.create(configMap(), WRITE)) as KubeObject;
      await rig.admin
        .apply(
          { ...configMap({ a: 'theirs' }), metadata: { name: created.metadata.name, namespace: rig.namespace } },
          WRITE,
        )
        .catch(() => undefined);
      await rig.admin.replace({ ...created, data: { a: 'theirs' } }, WRITE);
      proxy.break({ ...lost, method: 'PUT' });
      expect(await cluster.replace({ ...created, data: { a: 'ours' } }, WRITE)).toBeUndefined();
      expect((await rig.admin.get(refOf(created)))?.data).toEqual({ a: 'theirs' });
    });

    it('delete: is told as deleted', async () => {
      const { proxy, cluster } = await through();
      const created = (await cluster.create(configMap(), WRITE)) as KubeObject;
      proxy.break({ ...lost, method: 'DELETE' });
      expect(await cluster.delete(refOf(created), { uid: created.metadata.uid ?? '' })).toBe(true);
      expect(await rig.admin.get(refOf(created))).toBeUndefined();
    });

    it('apply: is simply repeated', async () => {
      const { proxy, cluster } = await through();
      const object = configMap();
      proxy.break({ ...lost, method: 'PATCH' });
      expect((await cluster.apply(object, WRITE)).data).toEqual({ a: '1' });
    });
  });
});

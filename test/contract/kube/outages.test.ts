import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { SignedOut, Unreachable } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { expired } from '../../support/kube/fault-proxy/rules.ts';
import { requirePlatform } from '../../support/platform.ts';
import { CONFIG_MAP, faultsOfSuite, WRITE } from './faults.ts';

const test = await requirePlatform('adapters/kube through an outage');

describe.skipIf(!test).concurrent('adapters/kube: what goes on over a fault', () => {
  const rig = faultsOfSuite(test);
  const { through, configMap, refOf } = rig;

  /** What a watch on one object sees: `TYPE a=value`. */
  function watched(cluster: KubeCluster, object: KubeObject) {
    const stop = new AbortController();
    const seen: string[] = [];
    const selection = { namespace: rig.namespace, fieldSelector: `metadata.name=${object.metadata.name}` };
    const ended = (async () => {
      for await (const { type, object: one } of cluster.watch(CONFIG_MAP, selection, stop.signal))
        seen.push(`${type} a=${(one.data as { a: string }).a}`);
    })();
    // Nobody waits for the end of a watch whose test has failed before.
    ended.catch(() => undefined);
    const until = async (line: string) => {
      for (let waited = 0; !seen.includes(line); waited += 20) {
        if (waited > 120_000) throw new Error(`not seen: ${line}; seen: ${seen.join(', ')}`);
        await systemClock.sleep(20);
      }
    };
    const stopped = () => {
      stop.abort();
      return ended;
    };
    return { seen, until, stop: stopped };
  }

  describe('a watch', () => {
    it('goes on after its stream broke in the middle of a line', async () => {
      const { proxy, cluster } = await through();
      const object = configMap();
      proxy.break({ watch: true, times: 1, fault: { kind: 'cut', afterLines: 1 } });
      await rig.admin.apply(object, WRITE);
      const watch = watched(cluster, object);
      await watch.until('ADDED a=1');
      for (const a of ['2', '3', '4']) {
        await rig.admin.apply({ ...object, data: { a } }, WRITE);
        await watch.until(`MODIFIED a=${a}`);
      }
      await watch.stop();
      expect(watch.seen).toEqual(['ADDED a=1', 'MODIFIED a=2', 'MODIFIED a=3', 'MODIFIED a=4']);
    });

    it.each([
      ['as the answer to the request', expired],
      [
        'as an event',
        {
          kind: 'answer' as const,
          status: 200,
          body: `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`,
        },
      ],
    ])('reads anew when its version has expired, %s', async (_name, fault) => {
      const { proxy, cluster } = await through();
      const object = configMap();
      await rig.admin.apply(object, WRITE);
      proxy.break({ watch: true, times: 3, fault });
      const watch = watched(cluster, object);
      await watch.until('ADDED a=1');
      while (proxy.count({ watch: true }) < 4) await systemClock.sleep(20);
      await rig.admin.apply({ ...object, data: { a: '2' } }, WRITE);
      await watch.until('MODIFIED a=2');
      await watch.stop();
      expect(proxy.count({ path: /configmaps\?/, watch: false })).toBe(4);
    });

    it('notices a stream that went silent without a word', async () => {
      const { proxy, cluster } = await through({ streamSilence: 500 });
      const object = configMap();
      await rig.admin.apply(object, WRITE);
      const restore = proxy.break({ watch: true, fault: { kind: 'freeze', afterLines: 0 } });
      const watch = watched(cluster, object);
      await watch.until('ADDED a=1');
      await rig.admin.apply({ ...object, data: { a: '2' } }, WRITE);
      restore();
      await watch.until('MODIFIED a=2');
      await watch.stop();
    });

    it('believes the read where the stream says nothing', async () => {
      const { proxy, cluster } = await through({ streamSilence: 600, readAgain: 500 });
      const object = configMap();
      await rig.admin.apply(object, WRITE);
      proxy.break({ watch: true, fault: { kind: 'freeze', afterLines: 0 } });
      const watch = watched(cluster, object);
      await watch.until('ADDED a=1');
      await rig.admin.apply({ ...object, data: { a: '2' } }, WRITE);
      await watch.until('MODIFIED a=2');
      await watch.stop();
    });

    it('does not ask without a pause where streams end as soon as they begin', async () => {
      const { proxy, cluster } = await through();
      const object = configMap();
      await rig.admin.apply(object, WRITE);
      proxy.break({ watch: true, fault: { kind: 'answer', status: 200, body: '' } });
      const watch = watched(cluster, object);
      await watch.until('ADDED a=1');
      await systemClock.sleep(1_500);
      await watch.stop();
      expect(proxy.count({ watch: true })).toBeLessThan(10);
    });
  });

  describe('K17: an outage of the control plane', () => {
    it.each(['refuse', 'silent'] as const)('is waited for, told, and its end too (%s)', async (how) => {
      const { proxy, cluster, log } = await through({ readSilence: 700, streamSilence: 700 });
      const object = configMap();
      await rig.admin.apply(object, WRITE);
      const watch = watched(cluster, object);
      await watch.until('ADDED a=1');
      const end = proxy.outage(how);
      await rig.admin.apply({ ...object, data: { a: '2' } }, WRITE);
      await systemClock.sleep(5_000);
      const read = cluster.get(refOf(object));
      end();
      expect((await read)?.data).toEqual({ a: '2' });
      await watch.until('MODIFIED a=2');
      await watch.stop();
      const told = log.lines.join('\n');
      expect(told).toMatch(/warning: cluster proxied does not answer \(.+\); retrying for up to 5 min/);
      expect(told).toMatch(/cluster proxied answers again, after \d/);
      expect(log.lines.filter((line) => line.startsWith('warning'))).toHaveLength(1);
    });

    it('that outlasts the budget ends everything that waits, and what comes after it at once', async () => {
      const { proxy, cluster } = await through({ outage: 1_500 });
      const object = configMap();
      await cluster.apply(object, WRITE);
      proxy.outage();
      const streams = [cluster.watch(CONFIG_MAP, { namespace: rig.namespace }, new AbortController().signal).next()];
      const ends = await Promise.allSettled([...streams, cluster.get(refOf(object))]);
      for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: expect.any(Unreachable) });
      const before = await proxy.connectionsTried();
      await expect(cluster.get(refOf(object))).rejects.toThrow(Unreachable);
      expect((await proxy.connectionsTried()) - before).toBe(1);
    });
  });

  describe('K16: a token that expires', () => {
    it('is replaced by a new one, for requests and streams', async () => {
      let token = 'first';
      const { proxy, cluster } = await through({}, async (renew) => {
        if (renew) token = 'second';
        return `Bearer ${token}`;
      });
      proxy.accept(['first']);
      const object = configMap();
      await cluster.apply(object, WRITE);
      const watch = watched(cluster, object);
      await watch.until('ADDED a=1');
      proxy.accept(['second']);
      proxy.hangUp();
      await cluster.apply({ ...object, data: { a: '2' } }, WRITE);
      await watch.until('MODIFIED a=2');
      await watch.stop();
      expect(token).toBe('second');
    });

    it('and cannot be had anew says so, after a moment in which a server may be restarting', async () => {
      const { proxy, cluster } = await through({ refused: 800 }, async (renew) => (renew ? undefined : 'Bearer first'));
      proxy.accept(['first']);
      const object = configMap();
      await cluster.apply(object, WRITE);
      proxy.accept([]);
      setTimeout(() => proxy.accept(['first']), 300);
      expect((await cluster.get(refOf(object)))?.data).toEqual({ a: '1' });
      proxy.accept([]);
      const error = await cluster.get(refOf(object)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SignedOut);
      expect(String(error)).toContain('the credentials for cluster proxied have expired on the way');
    });

    it('whose sign-in fails is told as expired too, and not with the words of the sign-in alone', async () => {
      let good = true;
      const { proxy, cluster } = await through({ refused: 300 }, async () => {
        if (!good) throw new Error('the id_token has expired');
        return 'Bearer first';
      });
      proxy.accept(['first']);
      await cluster.apply(configMap(), WRITE);
      good = false;
      const error = await cluster.apply(configMap(), WRITE).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ details: ['the id_token has expired'] });
      expect(error).toBeInstanceOf(SignedOut);
    });
  });
});

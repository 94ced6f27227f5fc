import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import { LeaseLost } from '../../../src/errors.ts';
import { holderOf, leaseRef, takenLease } from '../../../src/objects/lease.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { type Turn, withLease } from '../../../src/stages/lease/take-lease.ts';
import { Steps } from '../../../src/stages/steps.ts';
import { memoryLog, ownNamespace } from '../../support/kube/cluster.ts';
import { FaultProxy } from '../../support/kube/fault-proxy/fault-proxy.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('leases against the real cluster');
const WRITE = { fieldManager: 'test' };

describe.skipIf(!test).concurrent('a lease on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  async function scene() {
    if (!cluster) throw new Error('no platform');
    const { name: namespace, remove } = await ownNamespace(cluster, 'lease');
    namespaces.push(remove);
    const scope = { app: 'parking', environment: 'staging', namespace };
    const log = memoryLog();
    const signal = new AbortController().signal;
    const run = <T>(id: string, work: (turn: Turn) => Promise<T>, from: KubeCluster = cluster): Promise<T> => {
      const ports = { cluster: from, clock: systemClock, log, signal };
      const claim = { scope, run: { id, attempt: 1, url: `https://github.test/runs/${id}` }, actor: 'dev' };
      return withLease({ ...claim, patienceMs: 60_000 }, ports, new Steps(log, systemClock), work);
    };
    const live = async (): Promise<KubeObject> => {
      const found = await cluster.get(leaseRef(scope));
      if (!found) throw new Error('there is no lease');
      return found;
    };
    const other = { identity: '122/1/aa', actor: 'ops', run: 'https://github.test/runs/122' };
    const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    return { cluster, scope, log, run, live, other, configMap };
  }

  it('is held by one at a time, whoever comes, and free in the end (K29)', async () => {
    const { run, live, log } = await scene();
    const HELD = /run \d \(https:\/\/github\.test\/runs\/\d\) of dev holds lease-/;
    let inside = 0;
    const seen: number[] = [];
    const work = async () => {
      inside += 1;
      seen.push(inside);
      // The first goes on when another one was told to wait, however long that takes to come.
      if (seen.length === 1) await expect.poll(() => log.lines.join('\n'), { timeout: 120_000 }).toMatch(HELD);
      await systemClock.sleep(100);
      inside -= 1;
    };
    await Promise.all(['1', '2', '3', '4'].map((id) => run(id, work)));
    expect(seen).toEqual([1, 1, 1, 1]);
    expect(holderOf(await live()).identity).toBe('');
  });

  it('is renewed while the work lasts, so that nobody takes it', async () => {
    const { run, live } = await scene();
    const [first, later] = await run('1', async () => {
      const before = await live();
      while ((await live()).metadata.resourceVersion === before.metadata.resourceVersion) await systemClock.sleep(200);
      return [before, await live()];
    });
    expect(holderOf(later).identity).toBe(holderOf(first).identity);
    expect(holderOf(first).identity).toMatch(/^1\/1\/[0-9a-f]{8}$/);
  });

  it('of a run that was killed is taken once it has not been renewed for long enough (K27)', async () => {
    const { cluster: kube, run, live, scope, other } = await scene();
    const killed = takenLease(undefined, scope, other, Date.now() - 3_600_000);
    await kube.create(killed, WRITE);
    expect(await run('2', async ({ waited }) => waited)).toBe(true);
    expect((await live()).spec).toMatchObject({ leaseTransitions: 1 });
  });

  it('does not let a run write that was cut off for so long that another took over (K17)', async () => {
    if (!test) return;
    const { run, scope, configMap, cluster: kube, log } = await scene();
    const proxy = await FaultProxy.start(readKubeconfig(test.platform.kubeconfig, test.platform.context));
    const signal = new AbortController().signal;
    const cutOff = openKube({ connection: proxy.connection(), clock: systemClock, log, signal });
    const written = run(
      '1',
      async ({ cluster: own }) => {
        await own.apply(configMap('before'), WRITE);
        const end = proxy.outage();
        // It is tried again and again, and would be there as soon as the control plane answers.
        const late = own.apply(configMap('late'), WRITE);
        late.catch(() => undefined);
        await run('2', ({ cluster: others }) => others.apply(configMap('by-the-other'), WRITE));
        end();
        await late;
      },
      cutOff,
    );
    await expect(written).rejects.toBeInstanceOf(LeaseLost);
    expect(await kube.get({ ...configMap('late'), name: 'late', namespace: scope.namespace })).toBeUndefined();
    cutOff.close();
    await proxy.close();
  });

  it('that another run has taken over ends every write, and tells whose it is', async () => {
    const { cluster: kube, run, live, scope, other, configMap } = await scene();
    const lost = run('1', async ({ cluster: own, signal }) => {
      await own.apply(configMap('before'), WRITE);
      await kube.replace(takenLease(await live(), scope, other, Date.now()), WRITE);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      expect(signal.reason).toBeInstanceOf(LeaseLost);
      await own.apply(configMap('after'), WRITE);
    });
    await expect(lost).rejects.toThrow('run 122 (https://github.test/runs/122) of ops holds its Lease now');
    expect(await kube.get({ ...configMap('after'), name: 'after', namespace: scope.namespace })).toBeUndefined();
    expect(holderOf(await live()).identity).toBe(other.identity);
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTraffic } from '../../../local/demo/traffic.ts';
import { ensureGateway, type LocalGateway } from '../../../local/gateway.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { ask, wayIn } from '../../support/kube/way-in.ts';
import { requireBuiltPlatform } from '../../support/platform.ts';

const test = await requireBuiltPlatform('a Gateway that Contour and Envoy serve', 'they run on the node');
const ROUTE = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'parking' };
const MINUTES = 60_000;

interface RouteStatus {
  parents: { controllerName: string; conditions: { type: string; status: string; reason: string }[] }[];
}

describe.skipIf(!test).concurrent('a Gateway that Contour and Envoy serve', () => {
  const remove: (() => Promise<void>)[] = [];
  const cluster = test ? adminCluster(test.platform) : undefined;
  let gateway: LocalGateway;

  beforeAll(async () => {
    if (!test) throw new Error('no platform');
    gateway = await ensureGateway(test.platform);
  }, 20 * MINUTES);
  afterAll(async () => {
    await Promise.all(remove.map((one) => one()));
    cluster?.close();
  });

  const scene = (ingress: object) => {
    if (!test || !cluster) throw new Error('no platform');
    return wayIn(test, cluster, remove, { ingress });
  };
  const answers = (wanted: string, host: string) =>
    vi.waitFor(async () => expect(await ask(gateway.port, host)).toBe(wanted), { timeout: MINUTES, interval: 200 });

  it('accepts the route, and drops no request of a rolling update', async () => {
    const { namespace, host, update } = await scene({ kind: 'gateway', gateway: gateway.name });
    const first = await update('1', { replicas: 2 });
    expect(first).toMatchObject({ outcome: 'succeeded', outputs: { url: `http://${host}` } });
    const route = (await cluster?.get({ ...ROUTE, namespace })) as { status?: RouteStatus } | undefined;
    const parent = route?.status?.parents[0];
    expect(parent?.controllerName).toBe('projectcontour.io/gateway-controller');
    expect(parent?.conditions.map(({ type, status }) => `${type} ${status}`)).toContain('Accepted True');
    await answers('200 1', host);
    const traffic = startTraffic(gateway.port, host, '/', 50);
    const second = await update('2', { replicas: 2 });
    expect(second.outcome).toBe('succeeded');
    await answers('200 2', host);
    const { sent, failed, causes } = await traffic.stop();
    expect({ failed, causes }).toEqual({ failed: 0, causes: {} });
    expect(sent).toBeGreaterThan(50);
  });

  it('refuses a route to a listener that it does not have: the rollout fails with that, and the remedy', async () => {
    const { update } = await scene({ kind: 'gateway', gateway: `${gateway.name}/secure` });
    const result = await update('1');
    expect(result.outcome).toBe('failed');
    expect(result.error?.message).toContain('HTTPRoute');
    const told = [result.error?.message, ...(result.error?.details ?? []), result.error?.remedy].join('\n');
    expect(told).toContain('NoMatchingParent');
    expect(told).toContain('correct ingress.gateway in slipway.yml');
  });

  it('takes the route away with the ingress, and serves the host no longer', async () => {
    const { namespace, host, update } = await scene({ kind: 'gateway', gateway: gateway.name });
    await update('1');
    await answers('200 1', host);
    await cluster?.delete({ ...ROUTE, namespace });
    await answers('404 ', host);
    expect((await update('1')).outcome).toBe('succeeded');
    await answers('200 1', host);
  });
});

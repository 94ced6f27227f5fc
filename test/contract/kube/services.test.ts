import { describe, expect, it } from 'vitest';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { planRolloutServices } from '../../../src/plan/services/rollout-services.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('services beside the app on the real cluster');

/** Exits unless Redis answers: an app that connects when it starts. */
const CONNECTS = [
  'import os, socket, sys',
  'host, port = os.environ["REDIS_HOST"], int(os.environ["REDIS_PORT"])',
  'connection = socket.create_connection((host, port), 3)',
  'connection.sendall(b"PING\\r\\n")',
  'sys.exit(0 if connection.recv(7) == b"+PONG\\r\\n" else 1)',
].join('; ');

describe.skipIf(!test)('environments.<name>.services on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  it('are ready before migration and app, part of the release and its way back, and pruned', async () => {
    if (!test || !cluster) return;
    const { staging, planOf, ports } = await deliveryScene(test, cluster, namespaces);
    const image = test.platform.baseImages.redis;
    const services = planRolloutServices(
      'staging',
      { services: { jobs: { engine: 'redis', image } } },
      { deploy: {} },
      [],
    );
    const env = { REDIS_HOST: 'jobs', REDIS_PORT: '6379' };
    const command = ['sh', '-c', 'python3 -c "$1" && shift && exec "$@"', 'sh', CONNECTS, ...serve()];
    const run = (deploy: Record<string, unknown>, overrides: Partial<RolloutPlan> = {}) =>
      runRollingUpdate({ ...planOf({ env, command, ...deploy }), services, ...overrides }, ports);
    const first = await run({ migrate: ['python3', '-c', CONNECTS] });
    expect(first.error).toBeUndefined();
    expect(first.outcome).toBe('succeeded');
    const uid = async (kind = 'Deployment') => {
      const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
      return (await cluster.get({ apiVersion, kind, name: 'jobs', namespace: staging }))?.metadata.uid;
    };
    const before = await uid();
    expect(before).toBeDefined();

    const broken = await run({ command: 'exit 1' }, { services: [] });
    expect(broken.outcome).toBe('rolled-back');
    expect(await uid()).toBe(before);

    const without = await run({ command: serve() }, { services: [] });
    expect(without.error).toBeUndefined();
    await expect.poll(() => uid(), { timeout: 60_000 }).toBeUndefined();
    await expect.poll(() => uid('Service'), { timeout: 60_000 }).toBeUndefined();
  });
});

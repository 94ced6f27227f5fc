import { describe, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { realPorts, serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { yamlOf } from '../../support/yaml.ts';

const test = await requirePlatform('an autoscaler that comes and goes on the real cluster');

describe.skipIf(!test)('an autoscaler that comes and goes', () => {
  const { cluster, namespaces } = kubeSuite(test);

  it('K11: its number of pods goes with it, and it starts pods where there were none', async ({ expect }) => {
    if (!test || !cluster) throw new Error('no platform');
    const { name: namespace, remove } = await ownNamespace(cluster, 'scaled');
    namespaces.push(remove);
    const [repository = '', digest = ''] = test.platform.baseImages.python.split('@');
    const rollOut = async (size: object) => {
      const deploy = {
        port: 8080,
        health: '/',
        command: serve(),
        drain: '1s',
        resources: { cpu: '10m', memory: '32Mi' },
        ...size,
      };
      const file = { app: 'shop', image: { repository }, deploy, environments: { staging: { namespace } } };
      const config = parseConfig(yamlOf(file), 'slipway.yml');
      const inputs = rollingUpdateInputs(new Inputs({ INPUT_IMAGE: digest, INPUT_TIMEOUT: '300s' }));
      const plan = planRollout(inputs, { config, event: push(), workingDirectory: '/' });
      const { outcome, error } = await runRollingUpdate(plan, realPorts(test, cluster));
      return error?.message ?? outcome;
    };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop', namespace };
    const replicas = async () => ((await cluster.get(deployment))?.spec as { replicas?: number } | undefined)?.replicas;

    expect(await rollOut({ autoscale: { min: 1, max: 4 } })).toBe('succeeded');
    // Without metrics it decides nothing but this.
    expect(await rollOut({ autoscale: { min: 2, max: 4 } })).toBe('succeeded');
    await expect.poll(replicas, { timeout: 60_000 }).toBe(2);
    expect(await rollOut({ replicas: 1 })).toBe('succeeded');
    expect(await replicas()).toBe(1);
    expect(await rollOut({ replicas: 1 })).toBe('unchanged');
    expect(await rollOut({ replicas: 0 })).toBe('succeeded');
    expect(await replicas()).toBe(0);
    expect(await rollOut({ autoscale: { min: 1, max: 4 } })).toBe('succeeded');
    expect(await replicas()).toBe(1);
  });
});

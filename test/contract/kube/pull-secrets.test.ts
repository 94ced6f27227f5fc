import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podTemplateOf } from '../../../src/objects/pod-template.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { PrivateRegistry } from '../../support/images/private-registry.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('rollouts from a private registry');
const WRITE = { fieldManager: 'operator' };

describe.skipIf(!test)('F3: a rollout from a registry that asks for a login', () => {
  const { cluster, namespaces } = kubeSuite(test);
  let registry: PrivateRegistry;
  beforeAll(async () => {
    if (test) registry = await PrivateRegistry.start(test, 5700);
  });
  afterAll(() => registry?.close());

  async function scene(name: string) {
    if (!test || !cluster) throw new Error('no platform');
    const made = await deliveryScene(test, cluster, namespaces);
    const image = await registry.image(name);
    const ports = { ...made.ports, registry: registry.client() };
    const run = (deploy: Record<string, unknown>, overrides: Partial<RolloutPlan> = {}, own = {}) =>
      runRollingUpdate({ ...made.planOf(deploy), images: { parking: image }, ...overrides }, { ...ports, ...own });
    return { ...made, kube: cluster, run, image };
  }

  it('cannot pull without the Secret, and pulls with it: app and migration', async () => {
    const { run, kube, staging } = await scene('app');
    const without = await run({});
    expect(without.outcome).toBe('failed');
    expect(without.error?.message).toContain('the registry refused the node');
    expect(without.error?.remedy).toContain('deploy.pullSecrets');
    const missing = await run({ pullSecrets: ['registry'] }).catch((error: unknown) => error);
    expect(String(missing)).toContain(`there is no Secret registry in namespace ${staging}`);
    await kube.apply(registry.secret('registry', staging), WRITE);
    const migrate = 'python3 -c "print(1)"';
    const result = await run({ pullSecrets: ['registry'], migrate });
    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('succeeded');
  });

  it('pods of the team that run the image get the Secret, others do not', async () => {
    const { run, kube, staging, image } = await scene('own');
    const [repository = ''] = image.split('@');
    await kube.apply(registry.secret('registry', staging), WRITE);
    const of = (name: string, containerImage: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [{ name, image: containerImage, command: serve() }],
          },
        },
      },
    });
    const objects = [of('web', `${repository}:latest`), of('other', test?.platform.baseImages.python ?? '')];
    const rendered = objects.map((object) => ({ object, location: 'k8s/all.yaml:1' }));
    const plan = { source: { from: 'manifests', path: 'k8s' }, pullSecrets: ['registry'] } as const;
    const ports = { renderer: { render: async () => rendered } };
    expect((await run({}, plan, ports)).outcome).toBe('succeeded');
    const pullSecretsOf = async (name: string) => {
      const live = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', name, namespace: staging });
      return live && podTemplateOf(live)?.spec.imagePullSecrets;
    };
    expect(await pullSecretsOf('web')).toEqual([{ name: 'registry' }]);
    expect(await pullSecretsOf('other')).toBeUndefined();
  });

  it('a login that is wrong is reported as a refusal of the registry', async () => {
    const { run, kube, staging } = await scene('wrong');
    await kube.apply(registry.secret('registry', staging, 'another-password'), WRITE);
    const result = await run({ pullSecrets: ['registry'] });
    expect(result.outcome).toBe('failed');
    expect(result.error?.message).toContain('the registry refused the node');
  });
});

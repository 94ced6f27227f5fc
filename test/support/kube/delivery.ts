import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { promoteInputs } from '../../../src/inputs/promote.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { planPromotion } from '../../../src/plan/promote-plan.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../src/ports.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { runPromotion } from '../../../src/stages/promote/run.ts';
import type { RollingUpdatePorts } from '../../../src/stages/rollout/ports.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import type { TestPlatform } from '../platform.ts';
import { push } from '../unit/events.ts';
import { yamlOf } from '../yaml.ts';
import { ownNamespace } from './cluster.ts';
import { realPorts, serve } from './real.ts';

type Deploy = Record<string, unknown>;

/**
 * Staging and production on the real cluster, in namespaces of one test: rolling-update and promote as their actions run
 * them, with slipway.yml in place of a file.
 * @param remove takes what removes the namespaces
 */
export async function deliveryScene(test: TestPlatform, cluster: KubeCluster, remove: (() => Promise<void>)[]) {
  const staging = await ownNamespace(cluster, 'update');
  const production = await ownNamespace(cluster, 'update');
  remove.push(staging.remove, production.remove);
  const [repository = '', digest = ''] = test.platform.baseImages.python.split('@');
  const context = (deploy: Deploy, commit: string) => {
    const environments = {
      staging: { namespace: staging.name },
      production: { namespace: production.name, promoteFrom: 'staging' },
    };
    const own = { command: serve(), health: '/', replicas: 1, startup: '10m', drain: '1s', ...deploy };
    const config = { app: 'parking', image: { repository }, deploy: own, environments };
    return {
      config: parseConfig(yamlOf(config), 'slipway.yml'),
      event: push({ sha: commit }),
      workingDirectory: '/',
    };
  };
  const ports = realPorts(test, cluster);
  const planOf = (deploy: Deploy = {}, env: Record<string, string> = {}, commit = 'c1'): RolloutPlan => {
    const inputs = rollingUpdateInputs(new Inputs({ INPUT_IMAGE: digest, INPUT_TIMEOUT: '300s', ...env }));
    return planRollout(inputs, context(deploy, commit));
  };
  const update = (
    deploy: Deploy = {},
    env: Record<string, string> = {},
    commit = 'c1',
    own: RollingUpdatePorts = ports,
  ): Promise<StageResult> => runRollingUpdate(planOf(deploy, env, commit), own);
  /** The team's own objects, as its manifests would give them. */
  const updateOwn = (
    objects: KubeObject[],
    overrides: Partial<RolloutPlan> = {},
    own: RollingUpdatePorts = ports,
  ): Promise<StageResult> => {
    const rendered = objects.map((object) => ({ object: structuredClone(object), location: 'k8s/all.yaml:1' }));
    const plan: RolloutPlan = { ...planOf(), source: { from: 'manifests', path: 'k8s' }, ...overrides };
    return runRollingUpdate(plan, { ...own, renderer: { render: async () => rendered } });
  };
  const promote = (deploy: Deploy = {}): Promise<StageResult> => {
    const plan = planPromotion(promoteInputs(new Inputs({ INPUT_TIMEOUT: '300s' })), context(deploy, 'c1'));
    return runPromotion(plan, { ...ports, source: cluster });
  };
  const command = async (namespace: string) => {
    const object = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'parking', namespace });
    return JSON.stringify(object?.spec);
  };
  const image = test.platform.baseImages.python;
  const names = { staging: staging.name, production: production.name };
  return { cluster, ...names, image, ports, planOf, update, updateOwn, promote, command };
}

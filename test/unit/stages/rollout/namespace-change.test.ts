import { beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { planOf, REPOSITORY, World } from '../../../support/kube/world.ts';

const NAMESPACE = 'parking-staging';
const own: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'istio-injection': 'enabled' }, annotations: { team: 'parking' } },
};
const web: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { template: { spec: { containers: [{ name: 'web', image: REPOSITORY }] } } },
};

let world: World;
beforeEach(() => {
  world = new World();
  world.cluster.objects.set(`Namespace//${NAMESPACE}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { other: 'kept' } },
  });
});

function run(overrides: Partial<RolloutPlan> = {}) {
  const rendered = [own, web].map((object) => ({ object: structuredClone(object), location: 'k8s/all.yaml:1' }));
  const plan = planOf(1, { source: { from: 'manifests', path: 'k8s' }, ...overrides });
  return runRollingUpdate(plan, { ...world.ports(), renderer: { render: async () => rendered } });
}

const live = () => world.cluster.objects.get(`Namespace//${NAMESPACE}`)?.metadata;
const log = () => world.log.lines.join('\n');

describe('the Namespace in the manifests', () => {
  it('CH-14: gets its labels and annotations, once', async () => {
    expect((await run()).outcome).toBe('succeeded');
    expect(live()).toMatchObject({ labels: { 'istio-injection': 'enabled' }, annotations: { team: 'parking' } });
    expect(world.cluster.writes[0]).toBe(`create Lease slipway-parking.staging`);
    expect((await run()).outcome).toBe('unchanged');
  });

  it('CH-14: is part of what a dry run shows', async () => {
    await run({ dryRun: true });
    expect(log()).toContain(`! Namespace ${NAMESPACE} (changed)`);
    expect(log()).toContain('metadata.labels.istio-injection: (none) → "enabled"');
    expect(live()?.labels).toEqual({ other: 'kept' });
  });

  it('CH-14: is a warning with the commands where the account may not change it', async () => {
    world.cluster.denied.add('patch namespaces');
    expect((await run()).outcome).toBe('succeeded');
    expect(log()).toContain(`kubectl label namespace ${NAMESPACE} --overwrite istio-injection='enabled'`);
    expect(log()).toContain(`kubectl annotate namespace ${NAMESPACE} --overwrite team='parking'`);
    expect(live()?.labels).toEqual({ other: 'kept' });
  });

  it('CH-14: is a warning where another manager holds the label', async () => {
    world.cluster.failures.set(`dry-run Namespace ${NAMESPACE}`, new UserError('conflict with "mesh"'));
    expect((await run()).outcome).toBe('succeeded');
    expect(log()).toContain('conflict with "mesh"');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { OutcomeUnknown, RolloutFailed, TimedOut } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { StageResult } from '../../../../src/stage-result.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, REPOSITORY, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const run = (plan: RolloutPlan): Promise<StageResult> => runRollingUpdate(plan, world.ports());
const live = () => JSON.stringify(world.cluster.objects.get('Deployment/parking-staging/parking')?.spec ?? {});

describe('a rollout that fails', () => {
  it('goes back to the last good release and says so', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'crashes');
    const result = await run(planOf(2));
    expect(result.outcome).toBe('rolled-back');
    expect(result.error).toBeInstanceOf(RolloutFailed);
    expect(result.error?.message).toContain('container web crashes on every start (exit code 1, 2 times)');
    expect(result.error?.details.join('\n')).toContain(`rolled back to parking-1 (${image(1)}), ready after`);
    expect(result.error?.details.join('\n')).toContain('last words');
    expect(result.outputs).toMatchObject({ revision: '1', 'previous-image': image(1) });
    expect(live()).toContain(image(1));
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 rolled-back commit-2']);
  });

  it('stays where on-failure says leave', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'crashes');
    const result = await run(planOf(2, { onFailure: 'leave' }));
    expect(result.outcome).toBe('failed');
    expect(live()).toContain(image(2));
  });

  it('by not becoming ready in time goes back as well', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'never');
    const result = await run(planOf(2));
    expect(result.outcome).toBe('rolled-back');
    expect(result.error).toBeInstanceOf(TimedOut);
    expect(result.error?.message).toContain('not ready after 60 s');
  });

  it('is given ten minutes, or the progress deadline of the objects where that is longer', async () => {
    world.fates.set(image(1), 'never');
    expect((await run(planOf(1, { timeoutMs: undefined }))).error?.message).toContain('not ready after 600 s');
    const slow = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'slow' } };
    const spec = {
      progressDeadlineSeconds: 1_800,
      template: { spec: { containers: [{ name: 'web', image: REPOSITORY }] } },
    };
    const renderer = { render: async () => [{ object: { ...slow, spec }, location: 'slow.yaml:1' }] };
    const plan = planOf(1, { timeoutMs: undefined, source: { from: 'manifests', path: 'slow.yaml' } });
    const result = await runRollingUpdate(plan, { ...world.ports(), renderer });
    expect(result.error?.message).toContain('parking-staging/slow: not ready after 1800 s');
  });

  it('the first time has nothing to go back to, and says that (K31)', async () => {
    world.fates.set(image(1), 'crashes');
    const result = await run(planOf(1));
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain('no release has succeeded yet');
    expect(live()).toContain(image(1));
  });

  it('and whose way back would need an image that is gone does not take it (K32)', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'crashes');
    world.missing.add(image(1));
    const result = await run(planOf(2));
    expect(result.outcome).toBe('failed');
    const told = result.error?.details.join('\n');
    expect(told).toContain(`ROLLBACK NOT STARTED: no object of parking-1 (${image(1)}) was written`);
    expect(told).toContain(`image ${image(1)} was not found in the registry`);
    expect(live()).toContain(image(2));
  });

  it('and whose way back fails as well says so loudly (K32)', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'crashes').set(image(1), 'crashes');
    const result = await run(planOf(2));
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain('ROLLBACK FAILED: parking-1');
  });

  it('is not mistaken for a success by the next run: the same image again is written again', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'crashes');
    await run(planOf(2, { onFailure: 'leave' }));
    world.fates.delete(image(2));
    expect((await run(planOf(2))).outcome).toBe('succeeded');
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 failed commit-2', '3 succeeded commit-2']);
  });
});

describe('a run that is interrupted', () => {
  it('by an outage of the control plane is unknown, and not rolled back', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'never');
    const settle = world.cluster.controller;
    world.cluster.controller = (object, memory) => {
      settle(object, memory);
      if (object.kind === 'PodDisruptionBudget') memory.goAway();
    };
    const result = await run(planOf(2));
    expect(result.outcome).toBe('unknown');
    expect(result.error).toBeInstanceOf(OutcomeUnknown);
    expect(result.error?.details.join('\n')).toContain('the state of the cluster is unknown');
    expect(live()).toContain(image(2));
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { Cancelled } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const run = (plan: RolloutPlan) => runRollingUpdate(plan, world.ports());
const live = () => JSON.stringify(world.cluster.objects.get('Deployment/parking-staging/parking')?.spec ?? {});
const holder = () => {
  const lease = world.cluster.objects.get('Lease/parking-staging/slipway-parking.staging');
  if (!lease) throw new Error('there is no lease');
  return (lease.spec as { holderIdentity?: string }).holderIdentity;
};

/** The second version, cancelled when this kind of object has been written. */
async function cancelledAt(kind: string, plan: RolloutPlan) {
  world.fates.set(image(2), 'never');
  const settle = world.cluster.controller;
  world.cluster.controller = (object, memory) => {
    settle(object, memory);
    if (object.kind === kind) world.cancel.abort(new Cancelled('cancelled (SIGINT)'));
  };
  const result = await run(plan);
  world.cluster.controller = settle;
  world.cancel = new AbortController();
  world.fates.clear();
  return { result, told: result.error?.details.join('\n') ?? '' };
}

describe('a cancelled rollout (K25)', () => {
  it('goes back to the last good release without waiting for it, and says exactly that', async () => {
    await run(planOf(1));
    const { result, told } = await cancelledAt('PodDisruptionBudget', planOf(2));
    expect(result.outcome).toBe('cancelled');
    expect(result.error).toBeInstanceOf(Cancelled);
    expect(told).toContain(
      `rolled back to parking-1 (${image(1)}): its objects were written again; whether they become ready was not waited for`,
    );
    expect(told).toContain('parking-staging/parking: 0 of 2 new pods available');
    expect(live()).toContain(image(1));
    expect(result.outputs).toMatchObject({ revision: '1', 'previous-image': image(1) });
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 cancelled commit-2']);
    expect(holder()).toBeUndefined();
    expect((await run(planOf(2))).outcome).toBe('succeeded');
  });

  it('leaves what was written where on-failure says so', async () => {
    await run(planOf(1));
    const { result, told } = await cancelledAt('PodDisruptionBudget', planOf(2, { onFailure: 'leave' }));
    expect(result.outcome).toBe('cancelled');
    expect(told).toContain(
      'not rolled back (on-failure: leave): the written objects stay, and Kubernetes continues the rollout',
    );
    expect(live()).toContain(image(2));
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 cancelled commit-2']);
    expect(holder()).toBeUndefined();
  });

  it('does not go back over a migration that is not declared reversible', async () => {
    await run(planOf(1));
    const plan = planOf(2, { migrate: { image: 'parking', command: 'flask db upgrade' } });
    world.fates.set(`Job ${image(2)}`, 'ready');
    const { told } = await cancelledAt('PodDisruptionBudget', plan);
    expect(told).toContain('the migration of this release has run');
    expect(live()).toContain(image(2));
  });

  it('the first time has nothing to go back to', async () => {
    const { result, told } = await cancelledAt('PodDisruptionBudget', planOf(2));
    expect(result.outcome).toBe('cancelled');
    expect(told).toContain('no release has succeeded yet');
  });

  it('writes nothing of the new release once it is cancelled', async () => {
    await run(planOf(1));
    world.cluster.writes.length = 0;
    const { told } = await cancelledAt('Secret', planOf(2));
    expect(told).toContain('nothing was written');
    expect(JSON.stringify(world.cluster.writes)).not.toContain('apply');
  });

  it('says how far it came when the way back is refused', async () => {
    await run(planOf(1));
    const apply = world.cluster.apply.bind(world.cluster);
    world.cluster.apply = async (object, options) => {
      if (!options.dryRun && world.cancel.signal.aborted && object.kind === 'Deployment') throw new Error('no more');
      return apply(object, options);
    };
    const { result, told } = await cancelledAt('PodDisruptionBudget', planOf(2));
    expect(result.outcome).toBe('cancelled');
    expect(told).toContain(
      `ROLLBACK INCOMPLETE: 2 of 3 objects of parking-1 (${image(1)}) were written again: no more`,
    );
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 cancelled commit-2']);
  });
});

describe('a rollout cancelled while its migration runs', () => {
  const migrating = (digit: number) => planOf(digit, { migrate: { image: 'parking', command: 'flask db upgrade' } });

  it('has written something, and leaves the migration to its end', async () => {
    await run(migrating(1));
    world.fates.set(`Job ${image(2)}`, 'never');
    const { result, told } = await cancelledAt('Job', migrating(2));
    expect(result.outcome).toBe('cancelled');
    expect(told).toContain('rolled back to parking-1');
    expect(told).toMatch(/Job parking-staging\/parking-migrate-\w+: /);
    expect(told).not.toContain('nothing was written');
  });

  it('keeps the next one from migrating beside it', async () => {
    await run(migrating(1));
    world.fates.set(`Job ${image(2)}`, 'never');
    await cancelledAt('Job', migrating(2));
    const [, running] = [...world.cluster.objects.values()].filter(({ kind }) => kind === 'Job');
    if (!running) throw new Error('no migration');
    const order: string[] = [];
    world.clock.onSleep = () => {
      if (order.length > 0) return;
      order.push('the earlier one ends');
      world.cluster.patch({ ...running, status: { conditions: [{ type: 'Complete', status: 'True' }] } });
    };
    const settle = world.cluster.controller;
    world.cluster.controller = (object, memory) => {
      if (object.kind === 'Job') order.push('the next one begins');
      settle(object, memory);
    };
    expect((await run(migrating(3))).outcome).toBe('succeeded');
    expect(order).toEqual(['the earlier one ends', 'the next one begins']);
    expect(world.log.lines.join('\n')).toContain(
      'the migration of another release is still running, and is waited for',
    );
  });

  it('but not one that cannot even start', async () => {
    world.fates.set(`Job ${image(2)}`, 'crashes');
    await run(migrating(2));
    const [failed] = [...world.cluster.objects.values()].filter(({ kind }) => kind === 'Job');
    if (!failed) throw new Error('no migration');
    const waiting = { reason: 'InvalidImageName', message: 'no such name' };
    const pod = [...world.cluster.objects.values()].find(({ kind }) => kind === 'Pod');
    if (!pod) throw new Error('no pod');
    world.cluster.patch({ ...failed, status: {} });
    const labels = { 'batch.kubernetes.io/job-name': failed.metadata.name };
    const containerStatuses = [{ name: 'migrate', ready: false, restartCount: 0, state: { waiting } }];
    world.cluster.patch({
      ...pod,
      metadata: { ...pod.metadata, labels },
      status: { phase: 'Pending', containerStatuses },
    });
    expect((await run(migrating(3))).outcome).toBe('succeeded');
    expect(world.log.lines.join('\n')).not.toContain('is waited for');
  });
});

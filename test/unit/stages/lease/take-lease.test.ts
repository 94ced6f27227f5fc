import { beforeEach, describe, expect, it } from 'vitest';
import { Cancelled, OutcomeUnknown, type SlipwayError, Superseded, UserError } from '../../../../src/errors.ts';
import { freedLease, type LeaseHolder, renewedLease, takenLease } from '../../../../src/objects/lease.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, World } from '../../../support/kube/world.ts';

const SCOPE = { app: 'parking', environment: 'staging', namespace: 'parking-staging' };
const KEY = 'Lease/parking-staging/slipway-parking.staging';
const other: LeaseHolder = { identity: '122/1/aa', actor: 'dev', run: 'https://github.test/runs/122' };

let world: World;
beforeEach(() => {
  world = new World();
});

const run = (plan: RolloutPlan) => runRollingUpdate(plan, world.ports());
const lease = () => world.cluster.objects.get(KEY);
const holder = () => (lease()?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
const thrown = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: SlipwayError) => error,
  );
/** The other run takes the lease, whoever has it. */
function takenByOther(): void {
  const live = lease();
  const taken = takenLease(live, SCOPE, other, world.clock.now());
  world.cluster.patch({ ...taken, metadata: { ...taken.metadata, resourceVersion: `other-${live ? 2 : 1}` } });
}
/** What the other run does after so many looks at its lease. */
function afterLooks(count: number, act: () => void): void {
  let looks = 0;
  world.clock.onSleep = () => {
    looks += 1;
    if (looks === count) act();
  };
}
const freedByOther = () => {
  const live = lease();
  if (live) world.cluster.patch(freedLease(live, world.clock.now()));
};

describe('a rollout and its lease', () => {
  it('takes it after the validation and before everything else, and gives it back', async () => {
    expect((await run(planOf(1))).outcome).toBe('succeeded');
    const { writes } = world.cluster;
    expect(writes.slice(0, 3)).toEqual([
      'create Namespace parking-staging',
      'create Lease slipway-parking.staging',
      'create Secret slipway-release-parking-staging-d42e253a-1',
    ]);
    expect(writes.at(-1)).toBe('replace Lease slipway-parking.staging');
    expect(holder()).toBeUndefined();
    expect(lease()?.metadata.labels?.['app.kubernetes.io/managed-by']).toBe('slipway');
  });

  it('does not take it for what the server refuses, nor for a dry run, nor where nothing is to be written', async () => {
    await run(planOf(1));
    world.cluster.writes.length = 0;
    await run(planOf(2, { dryRun: true }));
    await run(planOf(1));
    world.cluster.failures.set('dry-run Service parking', new UserError('Service is wrong'));
    await thrown(run(planOf(2)));
    expect(world.cluster.writes).toEqual([]);
  });

  it('does not take over a Lease of this name that is not its own', async () => {
    world.cluster.patch({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'slipway-parking.staging', namespace: 'parking-staging' },
      spec: {},
    });
    const error = await thrown(run(planOf(1)));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      "Lease parking-staging/slipway-parking.staging does not belong to Slipway's app parking in staging",
    );
    expect(holder()).toBeUndefined();
  });

  it.each([
    ['crashes', 'rolled-back'],
    ['never', 'rolled-back'],
  ] as const)('gives it back after a failure (%s)', async (fate, outcome) => {
    await run(planOf(1));
    world.fates.set(image(2), fate);
    expect((await run(planOf(2))).outcome).toBe(outcome);
    expect(holder()).toBeUndefined();
  });
});

describe('a rollout that finds another at work (K29)', () => {
  it('waits, says for whom, and decides on what it then finds', async () => {
    await run(planOf(1));
    takenByOther();
    world.cluster.writes.length = 0;
    afterLooks(3, () => {
      expect(world.cluster.writes).toEqual([]);
      freedByOther();
    });
    expect((await run(planOf(2))).outcome).toBe('succeeded');
    expect(world.log.lines.join('\n')).toContain(
      'run 122 (https://github.test/runs/122) of dev holds parking-staging/parking: waiting for it to end',
    );
  });

  it('steps aside when that was a newer commit (K30)', async () => {
    await run(planOf(1));
    takenByOther();
    afterLooks(3, () => {
      freedByOther();
      world.relation = 'behind';
    });
    expect(await thrown(run(planOf(2)))).toBeInstanceOf(Superseded);
    expect(holder()).toBeUndefined();
    expect(world.records()).toEqual(['1 succeeded commit-1']);
  });

  it('is unchanged when that was the same, though nobody was waited for', async () => {
    await run(planOf(1));
    const create = world.cluster.replace.bind(world.cluster);
    let between = false;
    // The other run begins and ends after this one has read the records, and before it has the lease.
    world.cluster.replace = async (object, options) => {
      if (object.kind === 'Lease' && !between) {
        between = true;
        await run(planOf(2));
        return undefined;
      }
      return create(object, options);
    };
    expect((await run(planOf(2))).outcome).toBe('unchanged');
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 succeeded commit-2']);
  });

  it('waits no longer than its timeout, and names who has it', async () => {
    await run(planOf(1));
    takenByOther();
    world.cluster.writes.length = 0;
    world.clock.onSleep = () => {
      const live = lease();
      if (live) world.cluster.patch(renewedLease(live, world.clock.now()));
    };
    const error = await thrown(run(planOf(2, { timeoutMs: 60_000 })));
    expect(error.message).toBe(
      'run 122 (https://github.test/runs/122) of dev still holds parking-staging/parking (staging) after 1 min of waiting',
    );
    expect(error.details).toContain('nothing was written');
    expect(error.remedy).toContain('Cancel it if it hangs');
    expect(world.cluster.writes).toEqual([]);
  });

  it('takes the lease of a run that was killed once it is not renewed, and no sooner', async () => {
    await run(planOf(1));
    takenByOther();
    const { length } = world.clock.slept;
    expect((await run(planOf(2))).outcome).toBe('succeeded');
    const waited = world.clock.slept.slice(length).filter((ms) => ms === 1_000);
    expect(waited.length).toBe(15);
  });

  it('can be cancelled while it waits, and has written nothing', async () => {
    await run(planOf(1));
    takenByOther();
    world.cluster.writes.length = 0;
    afterLooks(2, () => world.cancel.abort(new Cancelled('cancelled (SIGINT)')));
    expect(await thrown(run(planOf(2)))).toBeInstanceOf(Cancelled);
    expect(world.cluster.writes).toEqual([]);
    expect(holder()).toBe(other.identity);
  });
});

describe('a rollout whose lease another run has taken', () => {
  /** After the Deployment was written, as when the control plane was away for long. */
  async function overtaken(): Promise<Awaited<ReturnType<typeof run>>> {
    await run(planOf(1));
    world.fates.set(image(2), 'never');
    world.cluster.writes.length = 0;
    const settle = world.cluster.controller;
    world.cluster.controller = (object, memory) => {
      settle(object, memory);
      if (object.kind !== 'Deployment') return;
      takenByOther();
      void world.clock.sleep(11_000);
    };
    return run(planOf(2));
  }

  it('stops writing at once, says who has it, and does not guess', async () => {
    const result = await overtaken();
    expect(result.outcome).toBe('unknown');
    expect(result.error).toBeInstanceOf(OutcomeUnknown);
    expect(result.error?.message).toBe(
      'parking-staging/parking may no longer be written by this run: run 122 (https://github.test/runs/122) of dev holds its Lease now',
    );
    expect(world.cluster.writes.at(-1)).toBe('apply Deployment parking');
    expect(result.error?.details.join('\n')).not.toContain('ROLLBACK');
  });

  it('neither rolls back nor records, and leaves the lease with whom it is', async () => {
    await overtaken();
    expect(JSON.stringify(world.cluster.objects.get('Deployment/parking-staging/parking')?.spec)).toContain(image(2));
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 pending commit-2']);
    expect(holder()).toBe(other.identity);
  });

  it('during the way back is not taken for a rollback that failed', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'crashes');
    const apply = world.cluster.apply.bind(world.cluster);
    world.cluster.apply = async (object, options) => {
      const back = !options.dryRun && object.kind === 'Deployment' && JSON.stringify(object).includes(image(1));
      if (back) {
        takenByOther();
        await world.clock.sleep(11_000);
      }
      return apply(object, options);
    };
    const result = await run(planOf(2));
    expect(result.outcome).toBe('unknown');
    expect(result.error?.details.join('\n')).toContain('ROLLBACK NOT FINISHED: whether parking-1');
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 pending commit-2']);
  });

  it('HRD-6: is seen although the clock of the machine is set back', async () => {
    await run(planOf(1));
    const apply = world.cluster.apply.bind(world.cluster);
    let taken = false;
    world.cluster.apply = async (object, options) => {
      if (!options.dryRun && object.kind === 'Deployment' && !taken) {
        taken = true;
        takenByOther();
        await world.clock.sleep(11_000);
        world.clock.set(-3_600_000);
      }
      return apply(object, options);
    };
    expect((await run(planOf(2))).outcome).toBe('unknown');
  });

  it('renews one that is only late, and goes on', async () => {
    await run(planOf(1));
    const settle = world.cluster.controller;
    world.cluster.controller = (object, memory) => {
      settle(object, memory);
      if (object.kind === 'Deployment') void world.clock.sleep(60_000);
    };
    world.cluster.writes.length = 0;
    expect((await run(planOf(2, { timeoutMs: 600_000 }))).outcome).toBe('succeeded');
    const { writes } = world.cluster;
    expect(writes.indexOf('replace Lease slipway-parking.staging', 1)).toBe(
      writes.indexOf('apply Deployment parking') + 1,
    );
  });
});

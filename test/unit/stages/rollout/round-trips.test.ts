import { beforeEach, describe, expect, it } from 'vitest';
import { Unreachable } from '../../../../src/errors.ts';
import { freedLease, takenLease } from '../../../../src/objects/lease.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, World } from '../../../support/kube/world.ts';

const LEASE = 'Lease/parking-staging/slipway-parking.staging';
const RECORD = 'slipway-release-parking-staging-d42e253a';

let world: World;
let reads: string[];
beforeEach(() => {
  world = new World();
  reads = [];
  const { cluster } = world;
  const [get, list] = [cluster.get.bind(cluster), cluster.list.bind(cluster)];
  cluster.get = (ref) => {
    reads.push(`get ${ref.kind} ${ref.name}`);
    return get(ref);
  };
  cluster.list = (kind, selection) => {
    reads.push(`list ${kind.kind}`);
    return list(kind, selection);
  };
});

const run = (plan: RolloutPlan) => runRollingUpdate(plan, world.ports());
const histories = () => reads.filter((read) => read === 'list Secret').length;

/** The first validation of the next run is a moment in which another run does this. */
function duringValidation(act: () => void): void {
  const { cluster } = world;
  const apply = cluster.apply.bind(cluster);
  cluster.apply = (object, options) => {
    if (options.dryRun) {
      cluster.apply = apply;
      act();
    }
    return apply(object, options);
  };
}

function otherRunTakesAndFreesTheLease(): void {
  const now = world.clock.now();
  const scope = { app: 'parking', environment: 'staging', namespace: 'parking-staging' };
  const taken = takenLease(world.cluster.objects.get(LEASE), scope, { identity: '9/1/aa', actor: 'dev', run: '' }, now);
  const freed = freedLease(taken, now);
  world.cluster.patch({ ...freed, metadata: { ...freed.metadata, resourceVersion: 'of-the-other' } });
}

describe('what a rollout asks for once', () => {
  it('the history, where the Lease is as it was before the history was read', async () => {
    await run(planOf(1));
    reads.length = 0;
    expect((await run(planOf(2))).outcome).toBe('succeeded');
    expect(histories()).toBe(1);
    expect(reads.indexOf('get Lease slipway-parking.staging')).toBeLessThan(reads.indexOf('list Secret'));
    expect(reads.filter((read) => read.includes('Lease'))).toHaveLength(1);
  });

  it('but again, where another run has held the Lease since', async () => {
    await run(planOf(1));
    reads.length = 0;
    duringValidation(otherRunTakesAndFreesTheLease);
    expect((await run(planOf(2))).outcome).toBe('succeeded');
    expect(histories()).toBe(2);
    expect(world.records()).toEqual(['1 succeeded commit-1', '2 succeeded commit-2']);
  });

  it('but again, where another run has made the Lease since, and a release', async () => {
    duringValidation(() => {
      otherRunTakesAndFreesTheLease();
      const record = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: `${RECORD}-1`, namespace: 'parking-staging' },
      };
      world.cluster.patch(record);
    });
    await expect(run(planOf(2))).rejects.toThrow(/another run is rolling out parking/);
    expect(histories()).toBe(2);
  });

  it('its own record never: it knows the version that it created', async () => {
    expect((await run(planOf(1))).outcome).toBe('succeeded');
    expect(reads.filter((read) => read.includes(RECORD))).toEqual([]);
  });
});

describe('the end of a rollout', () => {
  it('does not create a record again that was deleted meanwhile', async () => {
    const patch = world.cluster.patch.bind(world.cluster);
    world.cluster.patch = (object) => {
      world.cluster.objects.delete(`Secret/parking-staging/${RECORD}-1`);
      patch(object);
    };
    expect((await run(planOf(1))).outcome).toBe('succeeded');
    expect(world.records()).toEqual([]);
  });

  it('K27: keeps the last release that worked, where its own success could not be recorded any more', async () => {
    await run(planOf(1));
    world.fates.set(image(2), 'crashes');
    for (let index = 0; index < 10; index++) await run(planOf(2, { onFailure: 'leave', commit: `commit-${index}` }));
    const replace = world.cluster.replace.bind(world.cluster);
    world.cluster.replace = (object, options) =>
      object.kind === 'Secret' ? Promise.reject(new Unreachable('killed')) : replace(object, options);
    await run(planOf(3));
    expect(world.records()).toContain('1 succeeded commit-1');
    expect(world.records()).toContain('12 pending commit-3');
  });

  it('K27: hands the release of the Lease over, after the record is written', async () => {
    const { cluster } = world;
    const replace = cluster.replace.bind(cluster);
    let recorded: string[] = [];
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    cluster.replace = async (object, options) => {
      if (object.kind === 'Lease') {
        recorded = world.records();
        await held;
      }
      return replace(object, options);
    };
    const last: Promise<void>[] = [];
    const ports = { ...world.ports(), afterwards: (work: Promise<void>) => void last.push(work) };
    expect((await runRollingUpdate(planOf(1), ports)).outcome).toBe('succeeded');
    expect(recorded).toEqual(['1 succeeded commit-1']);
    expect(last).toHaveLength(1);
    answer();
    await Promise.all(last);
    expect(cluster.objects.get(LEASE)?.spec).not.toHaveProperty('holderIdentity');
  });
});

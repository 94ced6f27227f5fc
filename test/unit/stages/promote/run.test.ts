import { beforeEach, describe, expect, it } from 'vitest';
import type { PromotePlan } from '../../../../src/plan/promote-plan.ts';
import type { EnvironmentProtection, EnvironmentReview, KubeObject } from '../../../../src/ports.ts';
import type { StageResult } from '../../../../src/stage-result.ts';
import { runPromotion } from '../../../../src/stages/promote/run.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { promotionOf } from '../../../support/kube/promotion.ts';
import { image, planOf, World } from '../../../support/kube/world.ts';
import { errorOf } from '../../../support/refusal.ts';

let world: World;
let protection: EnvironmentProtection | undefined;
let reviews: EnvironmentReview[];
beforeEach(() => {
  world = new World();
  world.cluster.objects.set('Namespace//parking', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'parking' },
  });
  protection = { name: 'production', requiredReviewers: true, branchPolicy: false };
  reviews = [{ environments: ['production'], state: 'approved', by: 'mona' }];
});

const stage = (digit: number, overrides = {}) => runRollingUpdate(planOf(digit, overrides), world.ports());
const promote = (overrides: Partial<PromotePlan> = {}, dryRun = false): Promise<StageResult> =>
  runPromotion(promotionOf(overrides, dryRun), {
    ...world.ports(),
    source: world.cluster,
    github: {
      compare: async () => world.relation,
      commitsBetween: async () => ({ total: 0, behind: 0, commits: [] }),
      environment: async () => protection,
      reviewsOfRun: async () => reviews,
    },
  });
const production = () => JSON.stringify(world.cluster.objects.get('Deployment/parking/parking')?.spec ?? {});

describe('a promotion', () => {
  it('gives pods the time to start that the proven release gave them', async () => {
    const slow = planOf(2);
    const [process] = slow.spec.processes;
    await stage(2, { spec: { ...slow.spec, processes: [{ ...process, startupMs: 900_000 }] } });
    await promote();
    expect(production()).toContain('"failureThreshold":900');
  });

  it('rolls out the digest that staging runs, and records the commit that it was built from', async () => {
    await stage(3);
    const result = await promote();
    expect(result).toMatchObject({
      stage: 'promote',
      outcome: 'succeeded',
      outputs: { reference: image(3), revision: '1', release: 'parking-1' },
    });
    expect(production()).toContain(image(3));
    expect(world.records('parking')).toEqual(['1 succeeded commit-3']);
  });

  it('of what is there already changes nothing', async () => {
    await stage(3);
    await promote();
    const before = world.cluster.writes.length;
    expect(await promote()).toMatchObject({
      outcome: 'unchanged',
      outputs: { reference: image(3), release: 'parking-1' },
    });
    expect(world.cluster.writes.length).toBe(before);
  });

  it('HRD-5: warns where a branch rule alone guards its GitHub environment', async () => {
    await stage(3);
    protection = { name: 'production', requiredReviewers: false, branchPolicy: true };
    reviews = [];
    expect((await promote()).outcome).toBe('succeeded');
    expect(world.log.lines.join('\n')).toContain('has a branch rule and no required reviewers');
  });

  it('F10: the summary says who approves, before and after', async () => {
    await stage(3);
    const facts = async (dryRun: boolean) => {
      const [block] = (await promote({}, dryRun)).blocks;
      return new Map(block?.kind === 'facts' ? block.rows : []);
    };
    const reviewer = 'a required reviewer of the GitHub environment production';
    expect((await facts(true)).get('to be approved by')).toBe(reviewer);
    expect((await facts(false)).get('approved by')).toBe('mona');
    protection = { name: 'production', requiredReviewers: false, branchPolicy: true };
    expect((await facts(true)).get('to be approved by')).toMatch(/^nobody: the GitHub environment production/);
  });

  it('in a dry run writes nothing', async () => {
    await stage(3);
    const before = world.cluster.writes.length;
    expect((await promote({}, true)).outcome).toBe('succeeded');
    expect(world.cluster.writes.length).toBe(before);
  });

  it('that fails goes back, and tells what production runs', async () => {
    await stage(3);
    await promote();
    await stage(4);
    const settle = world.cluster.controller;
    world.cluster.controller = (object, cluster) => {
      const broken = object.metadata.namespace === 'parking' && JSON.stringify(object).includes(image(4));
      world.fates.set(image(4), broken ? 'crashes' : 'ready');
      settle(object, cluster);
    };
    expect(await promote()).toMatchObject({
      outcome: 'rolled-back',
      outputs: { reference: image(3), release: 'parking-1' },
    });
    expect(production()).toContain(image(3));
  });

  it('of an older commit than production runs is refused', async () => {
    await stage(3);
    await promote();
    await stage(4);
    world.relation = 'behind';
    expect((await errorOf(promote())).remedy).toContain('allow-downgrade: true');
  });
});

describe('a promotion is refused', () => {
  it('when staging has no release that worked', async () => {
    expect((await errorOf(promote())).message).toBe('staging (parking-staging) has no release of parking that worked');
    world.fates.set(image(3), 'crashes');
    await stage(3);
    expect((await errorOf(promote())).message).toContain('has no release of parking that worked');
  });

  it('when staging runs another image than the one asked for', async () => {
    await stage(3);
    const error = await errorOf(promote({ expected: { parking: image(4) } }));
    expect(error.message).toBe(`staging runs ${image(3)} (parking-1), not ${image(4)}`);
  });

  it('when the release has not run for long enough, with the time that is left', async () => {
    await stage(3);
    world.clock.sleep(600_000);
    const error = await errorOf(promote({ soakMs: 3_600_000 }));
    expect(error.message).toBe('parking-1 has run in staging for 10 min; the input `soak` requires 1 h');
    expect(error.remedy).toContain('Promote again in 50 min');
    world.clock.sleep(3_000_000);
    expect((await promote({ soakMs: 3_600_000 })).outcome).toBe('succeeded');
  });

  it('when a later rollout to staging failed and was left there', async () => {
    await stage(3);
    world.fates.set(image(4), 'crashes');
    await stage(4, { onFailure: 'leave' });
    expect((await errorOf(promote())).message).toBe(
      'staging is not settled: parking-2 came after parking-1 and ended as failed',
    );
  });

  it('but not when that went back', async () => {
    await stage(3);
    world.fates.set(image(4), 'crashes');
    await stage(4);
    expect(await promote()).toMatchObject({ outcome: 'succeeded', outputs: { reference: image(3) } });
  });

  it('when somebody changed the image in staging by hand', async () => {
    await stage(3);
    const object = world.cluster.objects.get('Deployment/parking-staging/parking');
    if (!object) throw new Error('no Deployment');
    world.cluster.patch(JSON.parse(JSON.stringify(object).replaceAll(image(3), image(7))));
    const error = await errorOf(promote());
    expect(error.message).toBe(
      `staging does not run the objects of parking-1: parking-staging/parking runs ${image(7)}`,
    );
  });

  it('when the Deployment of staging is gone', async () => {
    await stage(3);
    world.cluster.objects.delete('Deployment/parking-staging/parking');
    expect((await errorOf(promote())).message).toContain('parking-staging/parking is gone');
  });

  it('when staging is not healthy now', async () => {
    await stage(3);
    const pod = [...world.cluster.objects.values()].find(({ kind }) => kind === 'Pod');
    const replicaSet = [...world.cluster.objects.values()].find(({ kind }) => kind === 'ReplicaSet');
    if (!pod || !replicaSet) throw new Error('no pod');
    world.cluster.patch({ ...replicaSet, status: { availableReplicas: 0 } });
    const crashed = {
      name: 'web',
      restartCount: 4,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1 } },
    };
    world.cluster.patch({ ...pod, status: { phase: 'Running', containerStatuses: [crashed] } });
    const error = await errorOf(promote());
    expect(error.message).toContain('staging is not healthy now: parking-staging/parking: container web crashes');
    expect(production()).toBe('{}');
  });

  it('K24: when only part of the pods of a StatefulSet run the release', async () => {
    const db: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        replicas: 3,
        updateStrategy: { rollingUpdate: { partition: 2 } },
        template: { spec: { containers: [{ name: 'db', image: image(3) }] } },
      },
      status: {
        observedGeneration: 1,
        replicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        updatedReplicas: 1,
        currentRevision: 'db-1',
        updateRevision: 'db-2',
      },
    };
    const source = { from: 'manifests' as const, path: 'k8s' };
    const renderer = { render: async () => [{ object: structuredClone(db), location: 'k8s/db.yaml:1' }] };
    const staged = await runRollingUpdate(planOf(3, { source }), { ...world.ports(), renderer });
    expect(staged.headline).toContain('only in part: StatefulSet parking-staging/db: 2 of 3 pods stay');
    expect(JSON.stringify(staged.blocks)).toContain('succeeded in part');
    const error = await errorOf(promote());
    expect(error.message).toContain('staging runs parking-1 only in part: StatefulSet parking-staging/db');
    expect(error.remedy).toContain('Lower the partition to 0');
  });

  it('HRD-5: when nobody has approved this run for its GitHub environment', async () => {
    await stage(3);
    const before = world.cluster.writes.length;
    for (const none of [
      [],
      [{ environments: ['staging'], state: 'approved' as const, by: 'mona' }],
      [{ environments: ['production'], state: 'rejected' as const, by: 'mona' }],
    ]) {
      reviews = none;
      const error = await errorOf(promote());
      expect(error.message).toBe('nobody has approved this run for the GitHub environment production');
      expect(error.remedy).toContain('environment: production');
    }
    expect(world.cluster.writes.length).toBe(before);
    expect((await promote({}, true)).outcome).toBe('succeeded');
  });

  it('when no GitHub environment guards it, or one without rules (H7)', async () => {
    await stage(3);
    protection = { name: 'production', requiredReviewers: false, branchPolicy: false };
    expect((await errorOf(promote())).message).toBe('the GitHub environment production has no protection rules');
    protection = undefined;
    expect((await errorOf(promote())).message).toContain('there is no GitHub environment production');
    expect(production()).toBe('{}');
  });

  it('when the namespace of production does not exist: it is never made by a pipeline (K22)', async () => {
    await stage(3);
    world.cluster.objects.delete('Namespace//parking');
    expect((await errorOf(promote())).remedy).toBe('Create it once: kubectl create namespace parking');
  });
});

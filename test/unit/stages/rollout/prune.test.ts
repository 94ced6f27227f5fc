import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, REPOSITORY, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const map = (name: string, extra: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...extra },
  data: { a: 'b' },
});
const web: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'parking' },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image: REPOSITORY }] } } },
};

/** A rollout of the team's own objects. */
const run = (digit: number, objects: KubeObject[], overrides: Partial<RolloutPlan> = {}) => {
  const rendered = [web, ...objects].map((object) => ({ object: structuredClone(object), location: 'k8s/all.yaml:1' }));
  const plan = planOf(digit, { source: { from: 'manifests', path: 'k8s' }, ...overrides });
  return runRollingUpdate(plan, { ...world.ports(), renderer: { render: async () => rendered } });
};
const there = (name: string) => world.cluster.objects.has(`ConfigMap/parking-staging/${name}`);
const removals = () => world.cluster.writes.filter((write) => /^delete (?!Secret slipway)/.test(write));
const told = () => world.log.lines.join('\n');

describe('an object that an earlier release had', () => {
  it('is removed once the release without it is ready, and then the release is unchanged', async () => {
    await run(1, [map('old'), map('stays')]);
    const result = await run(2, [map('stays')]);
    expect(removals()).toEqual(['delete ConfigMap old']);
    expect(world.cluster.writes.indexOf('delete ConfigMap old')).toBeGreaterThan(
      world.cluster.writes.lastIndexOf('apply Deployment parking'),
    );
    expect(JSON.stringify(result.blocks)).toContain('["ConfigMap old","removed",""]');
    expect((await run(2, [map('stays')])).outcome).toBe('unchanged');
  });

  it('is removed when nothing else changes, too', async () => {
    await run(1, [map('old')]);
    expect(await run(1, [])).toMatchObject({ outcome: 'succeeded', outputs: { changed: 'true' } });
    expect(there('old')).toBe(false);
  });

  it('is shown in a dry run, and stays', async () => {
    await run(1, [map('old')]);
    const result = await run(1, [], { dryRun: true });
    expect(result.headline).toContain('0 of 1 objects would change, 1 would be removed');
    expect(told()).toContain('| - ConfigMap parking-staging/old (removed)');
    expect(there('old')).toBe(true);
  });

  it('stays where its owner says so, or where it is another one of the same name, and that is told', async () => {
    const annotations = { 'slipway.dev/prune': 'false' };
    await run(1, [map('kept', { annotations }), map('theirs')]);
    const theirs = world.cluster.objects.get('ConfigMap/parking-staging/theirs') as KubeObject;
    world.cluster.patch({ ...theirs, metadata: { ...theirs.metadata, uid: 'another', labels: {} } });
    const result = await run(2, []);
    expect(removals()).toEqual([]);
    expect(told()).toContain('ConfigMap parking-staging/kept is no longer part of the release, and stays: slipway.dev');
    expect(JSON.stringify(result.blocks)).toContain('["ConfigMap theirs","kept","it no longer carries the labels');
  });

  it('of another app or environment is no concern of this one', async () => {
    await run(1, [map('other')], { app: 'garage', environment: 'staging' });
    world.cluster.objects.delete('Deployment/parking-staging/parking');
    await run(2, []);
    expect(there('other')).toBe(true);
  });

  it('and cannot be removed is a warning, and is tried again by the next run', async () => {
    await run(1, [map('old')]);
    world.cluster.failures.set('delete ConfigMap old', new EnvironmentError('a webhook says no'));
    const result = await run(2, []);
    expect(result.outcome).toBe('succeeded');
    expect(result.annotations).toMatchObject([
      {
        level: 'warning',
        title: 'ConfigMap parking-staging/old',
        message: expect.stringContaining('a webhook says no'),
      },
    ]);
    await run(2, []);
    expect(there('old')).toBe(false);
  });

  it('needs the permission to delete its kind, and no other, which is seen before anything is written', async () => {
    await run(1, [map('old')]);
    world.cluster.denied.add('* *').add('delete configmaps').add('delete deployments');
    world.cluster.writes.length = 0;
    await expect(run(2, [])).rejects.toMatchObject({
      message: 'missing permissions in namespace parking-staging: delete configmaps',
      remedy: expect.stringContaining('resources: ["configmaps"], verbs: ["delete"]'),
    });
    expect(world.cluster.writes).toEqual([]);
    world.cluster.denied.delete('delete configmaps');
    expect((await run(2, [])).outcome).toBe('succeeded');
  });
});

describe('a release that goes back', () => {
  it('takes what it had added with it, and keeps what the one before has', async () => {
    await run(1, [map('old')]);
    world.fates.set(image(2), 'crashes');
    const result = await run(2, [map('new')]);
    expect(result.outcome).toBe('rolled-back');
    expect([there('old'), there('new')]).toEqual([true, false]);
    expect(JSON.stringify(result.blocks)).toContain('["ConfigMap new","removed",""]');
  });

  it('and one that stays keep everything', async () => {
    await run(1, [map('old')]);
    world.fates.set(image(2), 'crashes');
    const result = await run(2, [map('new')], { onFailure: 'leave' });
    expect([there('old'), there('new')]).toEqual([true, true]);
    expect(JSON.stringify(result.blocks)).toContain('["ConfigMap old","kept",""]');
    world.fates.clear();
    await run(3, []);
    expect([there('old'), there('new')]).toEqual([false, false]);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { FieldsImmutable, UserError } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import type { StageResult } from '../../../../src/stage-result.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, REPOSITORY, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const NAMESPACE = 'parking-staging';
const containers = [{ name: 'web', image: `${REPOSITORY}:main` }];
const web: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { template: { spec: { containers } } },
};
const reindex: KubeObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'reindex' },
  spec: { ttlSecondsAfterFinished: 1, template: { spec: { containers } } },
};
const claim: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  status: { phase: 'Bound' },
};

function run(digit: number, objects: KubeObject[], overrides: Partial<RolloutPlan> = {}): Promise<StageResult> {
  const rendered = objects.map((object) => ({
    object: structuredClone(object),
    location: `k8s/${object.kind}.yaml:1`,
  }));
  const plan = planOf(digit, { source: { from: 'manifests', path: 'k8s' }, ...overrides });
  return runRollingUpdate(plan, { ...world.ports(), renderer: { render: async () => rendered } });
}

const live = (kind: string, name: string) => JSON.stringify(world.cluster.objects.get(`${kind}/${NAMESPACE}/${name}`));
const detailsOf = ({ error }: StageResult) => error?.details.join('\n') ?? '';
const historyOf = ({ blocks }: StageResult) =>
  blocks.flatMap((block) => (block.kind === 'table' && block.title === 'Releases' ? block.rows : []));

/** The server refuses every change of the objects of this kind that exist. */
function neverChanges(kind: string, message: string): void {
  const apply = world.cluster.apply.bind(world.cluster);
  world.cluster.apply = async (object, options) => {
    const before = world.cluster.objects.get(`${object.kind}/${NAMESPACE}/${object.metadata.name}`);
    const changes = before && JSON.stringify(before.spec) !== JSON.stringify(object.spec);
    if (object.kind === kind && changes) {
      throw new FieldsImmutable(message, { fields: ['spec'], mutable: [], details: [] });
    }
    return apply(object, options);
  };
}

/** The ttl of a Job has passed. */
const expire = () => world.cluster.objects.delete(`Job/${NAMESPACE}/reindex`);

describe('going back from a release with a Job', () => {
  it('hb-24: puts the Deployment back and leaves out the Job, which has run with its release', async () => {
    neverChanges('Job', 'spec.template cannot be changed');
    await run(1, [web, reindex]);
    expire();
    world.fates.set(`Job ${image(2)}`, 'crashes');
    const result = await run(2, [web, reindex]);
    expect(result.outcome).toBe('rolled-back');
    expect(detailsOf(result)).toContain(`rolled back to parking-1 (${image(1)}), ready after`);
    expect(detailsOf(result)).not.toContain('does not work either');
    expect(live('Deployment', 'web')).toContain(image(1));
    expect(live('Job', 'reindex')).toContain(image(2));
    expect(result.outputs.revision).toBe('1');
  });

  it('hb-24: does so as well where the Deployment fails after the Job has completed', async () => {
    neverChanges('Job', 'spec.template cannot be changed');
    await run(1, [web, reindex]);
    expire();
    world.fates.set(`Deployment ${image(2)}`, 'crashes');
    const result = await run(2, [web, reindex]);
    expect(result.outcome).toBe('rolled-back');
    expect(live('Deployment', 'web')).toContain(image(1));
  });

  it('F5: deletes a Job of the failed release that has not ended', async () => {
    await run(1, [web]);
    world.fates.set(`Job ${image(2)}`, 'never').set(`Deployment ${image(2)}`, 'crashes');
    const result = await run(2, [web, reindex]);
    expect(result.outcome).toBe('rolled-back');
    expect(detailsOf(result)).toContain(`Job ${NAMESPACE}/reindex had not ended and was deleted`);
    expect(live('Job', 'reindex')).toBeUndefined();
  });
});

describe('a Job whose time to live has passed', () => {
  it('CH-2: is not run again and does not spoil `unchanged` while it is the same', async () => {
    await run(1, [web, reindex]);
    expire();
    world.cluster.writes.length = 0;
    expect((await run(1, [web, reindex])).outcome).toBe('unchanged');
    expect(world.cluster.writes.filter((write) => write.startsWith('apply'))).toEqual([]);
    expect(world.log.lines.join('\n')).toContain(`Job ${NAMESPACE}/reindex has completed with parking-1`);
  });

  it('CH-2: runs once more where it has changed', async () => {
    await run(1, [web, reindex]);
    expire();
    expect((await run(2, [web, reindex])).outcome).toBe('succeeded');
    expect(live('Job', 'reindex')).toContain(image(2));
  });
});

describe('an object that the server does not let go back', () => {
  const settings = (text: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { text },
  });

  it('hb-24: stays alone, and the error names it with the release that wrote it', async () => {
    await run(1, [web, settings('a')]);
    world.fates.set(image(2), 'crashes');
    const apply = world.cluster.apply.bind(world.cluster);
    world.cluster.apply = async (object, options) => {
      const isBack = object.kind === 'ConfigMap' && JSON.stringify(object).includes('"a"');
      if (isBack) throw new UserError('ConfigMap settings: field is immutable', { remedy: 'Give it another name.' });
      return apply(object, options);
    };
    const result = await run(2, [web, settings('b')]);
    expect(result.outcome).toBe('failed');
    expect(detailsOf(result)).toContain('ROLLBACK INCOMPLETE: 1 of 2 objects of parking-1');
    expect(detailsOf(result)).toContain(
      `ConfigMap ${NAMESPACE}/settings stays as parking-2 wrote it: ConfigMap settings: field is immutable`,
    );
    expect(detailsOf(result)).toContain('what to do: Give it another name.');
    expect(live('Deployment', 'web')).toContain(image(1));
  });

  it('hb-24: fails no rollback where it is a claim that has grown', async () => {
    await run(1, [web, { ...claim, spec: { size: 1 } }]);
    world.fates.set(image(2), 'crashes');
    const apply = world.cluster.apply.bind(world.cluster);
    world.cluster.apply = async (object, options) => {
      const shrinks = JSON.stringify(object).includes('"size":1') && live(object.kind, 'data')?.includes('"size":2');
      if (object.kind === 'PersistentVolumeClaim' && shrinks) {
        throw new FieldsImmutable('field can not be less than it was', { fields: ['spec'], mutable: [] });
      }
      return apply(object, options);
    };
    const result = await run(2, [web, { ...claim, spec: { size: 2 } }]);
    expect(result.outcome).toBe('rolled-back');
    expect(detailsOf(result)).toContain('PersistentVolumeClaim parking-staging/data stays as parking-2 wrote it');
  });
});

describe('the release that serves after a failure', () => {
  it('hb-24: is the one that the cluster runs, also where its rollout has failed', async () => {
    await run(1, [web]);
    world.fates.set(`Job ${image(2)}`, 'crashes');
    const result = await run(2, [web, reindex], { onFailure: 'leave' });
    expect(result.outcome).toBe('failed');
    expect(result.outputs.revision).toBe('2');
    expect(historyOf(result).map(([id, , , , outcome]) => `${id} ${outcome}`)).toEqual([
      'parking-2 failed, serves now',
      'parking-1 succeeded',
    ]);
    expect(result.headline).toContain('the last release that worked is parking-1');
  });

  it('hb-24: is none where the cluster is in the middle of a rollout', async () => {
    await run(1, [web]);
    world.fates.set(image(2), 'crashes');
    const result = await run(2, [web], { onFailure: 'leave' });
    expect(result.outputs.revision).toBe('');
    expect(JSON.stringify(historyOf(result))).not.toContain('serves now');
  });
});

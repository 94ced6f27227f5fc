import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Images } from '../../../../src/objects/images.ts';
import { podTemplateOf } from '../../../../src/objects/pod-template.ts';
import { readRecord } from '../../../../src/objects/release-record.ts';
import type { PromotePlan } from '../../../../src/plan/promote-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { runPromotion } from '../../../../src/stages/promote/run.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { planOf, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const REPOSITORIES = { api: 'registry.example/api', web: 'registry.example/web' };
const at = (name: keyof typeof REPOSITORIES, digit: number) =>
  `${REPOSITORIES[name]}@sha256:${String(digit).repeat(64)}`;
const both = (api: number, web = api): Images => ({ api: at('api', api), web: at('web', web) });
const deployment = (name: keyof typeof REPOSITORIES): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { template: { spec: { containers: [{ name, image: `${REPOSITORIES[name]}:main` }] } } },
});
const rendered = ['api' as const, 'web' as const].map((name) => ({ object: deployment(name), location: 'k8s:1' }));
const ports = () => ({ ...world.ports(), renderer: { render: async () => structuredClone(rendered) } });
const plan = (commit: number, images: Images, overrides = {}) =>
  planOf(commit, { images, source: { from: 'manifests', path: 'k8s' }, ...overrides });
const run = (commit: number, images = both(commit), overrides = {}) =>
  runRollingUpdate(plan(commit, images, overrides), ports());
const live = (namespace = 'parking-staging') =>
  ['api', 'web'].map((name) => {
    const object = world.cluster.objects.get(`Deployment/${namespace}/${name}`);
    const template = object && podTemplateOf(object);
    return template?.spec.containers[0]?.image;
  });
const recorded = () =>
  [...world.cluster.objects.values()]
    .flatMap((secret) => readRecord(secret)?.release ?? [])
    .map(({ images }) => images);

const promote = (overrides: Partial<PromotePlan> = {}) => {
  const target = plan(0, {}, { environment: 'production', namespace: 'parking', onPurpose: true });
  const { images: _, commit: _1, ...to } = target;
  const from = { environment: 'staging', namespace: 'parking-staging' };
  const base = { from, to, repositories: REPOSITORIES, expected: {}, soakMs: 0, githubEnvironment: 'production' };
  return runPromotion(
    { ...base, configCommit: 'commit-1', ...overrides },
    {
      ...ports(),
      source: world.cluster,
      github: {
        compare: async () => world.relation,
        commitsBetween: async () => ({ total: 0, behind: 0, commits: [] }),
        environment: async () => ({ name: 'production', requiredReviewers: true, branchPolicy: false }),
        reviewsOfRun: async () => [{ environments: ['production'], state: 'approved', by: 'mona' }],
      },
    },
  );
};

describe('a rollout of several images', () => {
  it('brings all of them, records them, and shows a row for each', async () => {
    const first = await run(1);
    expect(first.outcome).toBe('succeeded');
    expect(live()).toEqual([at('api', 1), at('web', 1)]);
    const second = await run(2, both(2, 1));
    expect(second.outputs['previous-image']).toBe(`api=${at('api', 1)}\nweb=${at('web', 1)}`);
    expect(recorded()).toEqual([both(1), both(2, 1)]);
    expect(second.headline).toContain(`api=${at('api', 2)}, web=${at('web', 1)}`);
    expect(second.blocks).toContainEqual({
      kind: 'table',
      title: 'Images',
      header: ['image', 'reference', 'before'],
      rows: [
        ['api', at('api', 2), at('api', 1)],
        ['web', at('web', 1), 'the same'],
      ],
    });
  });

  it('goes back with all of them when one does not become ready', async () => {
    await run(1);
    world.fates.set(at('web', 2), 'crashes');
    const result = await run(2);
    expect(result.outcome).toBe('rolled-back');
    expect(live()).toEqual([at('api', 1), at('web', 1)]);
    expect(result.headline).toContain(`api=${at('api', 1)}, web=${at('web', 1)}`);
  });

  it('writes nothing when the registry does not have one of them', async () => {
    world.missing.add(at('web', 1));
    await expect(run(1)).rejects.toThrow(`image ${at('web', 1)} was not found in the registry`);
    expect(world.cluster.writes).toEqual([]);
  });

  it('CH-5: writes nothing when one of them occurs nowhere', async () => {
    await expect(run(1, { ...both(1), worker: at('api', 3).replace('/api@', '/worker@') })).rejects.toThrow(
      'no container of the manifests uses image worker (registry.example/worker)',
    );
    expect(world.cluster.writes).toEqual([]);
  });

  it('goes back to a release that an earlier version recorded', async () => {
    await run(1);
    for (const [key, secret] of world.cluster.objects) {
      if (readRecord(secret) === undefined) continue;
      const { release: text } = secret.data as { release: string };
      const { images: _, ...old } = JSON.parse(String(gunzipSync(Buffer.from(text, 'base64'))));
      const release = gzipSync(JSON.stringify({ ...old, image: at('api', 1) })).toString('base64');
      world.cluster.objects.set(key, { ...secret, data: { release } });
    }
    world.fates.set(at('web', 2), 'crashes');
    const result = await run(2);
    expect(result.outcome).toBe('rolled-back');
    expect(result.outputs['previous-image']).toBe(at('api', 1));
    expect(live()).toEqual([at('api', 1), at('web', 1)]);
  });
});

describe('a promotion of several images', () => {
  it('brings all of them together', async () => {
    await run(3, both(3, 4));
    const result = await promote();
    expect(result.outcome).toBe('succeeded');
    expect(live('parking')).toEqual([at('api', 3), at('web', 4)]);
    expect(result.outputs.reference).toBe(`api=${at('api', 3)}\nweb=${at('web', 4)}`);
  });

  it('is refused when staging runs another one, or does not have one', async () => {
    await run(3);
    await expect(promote({ expected: { web: at('web', 4) } })).rejects.toThrow(
      `staging runs ${at('web', 3)} (parking-1), not ${at('web', 4)}`,
    );
    const repositories = { ...REPOSITORIES, worker: 'registry.example/worker' };
    await expect(promote({ repositories })).rejects.toThrow(
      'parking-1 of staging does not hold worker (registry.example/worker)',
    );
  });

  it('is refused when somebody changed one of them', async () => {
    await run(3);
    const web = world.cluster.objects.get('Deployment/parking-staging/web');
    if (!web) throw new Error('no Deployment');
    const text = JSON.stringify(web).replaceAll(at('web', 3), at('web', 5));
    world.cluster.objects.set('Deployment/parking-staging/web', JSON.parse(text));
    await expect(promote()).rejects.toThrow(`web runs ${at('web', 5)}`);
  });
});

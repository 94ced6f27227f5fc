import { beforeEach, describe, expect, it } from 'vitest';
import { attachApis } from '../../../../src/stages/apis/attach.ts';
import { runPromotion } from '../../../../src/stages/promote/run.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { promotionOf } from '../../../support/kube/promotion.ts';
import { image, planOf, REPOSITORY, World } from '../../../support/kube/world.ts';
import { MemoryReferrers } from '../../../support/unit/memory-evidence.ts';

let world: World;
let referrers: MemoryReferrers;
beforeEach(() => {
  world = new World();
  world.cluster.objects.set('Namespace//parking', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'parking' },
  });
  referrers = new MemoryReferrers();
});

const stage = (digit: number) => runRollingUpdate(planOf(digit), { ...world.ports(), apis: () => referrers });
const promote = (dryRun = false) =>
  runPromotion(promotionOf({}, dryRun), {
    ...world.ports(),
    source: world.cluster,
    apis: () => referrers,
    github: {
      compare: async () => world.relation,
      commitsBetween: async () => ({ total: 0, behind: 0, commits: [] }),
      environment: async () => ({ name: 'production', requiredReviewers: false, branchPolicy: true }),
      reviewsOfRun: async () => [],
    },
  });

/** Records beside an image what its process serves. */
const serves = (digit: number, ...paths: string[]) =>
  attachApis(
    { repository: REPOSITORY, digest: image(digit).slice(REPOSITORY.length + 1) },
    {
      'Deployment parking': {
        openapi: '3.1.0',
        paths: Object.fromEntries(paths.map((path) => [path, { get: {} }])),
      },
    },
    { referrers, clock: world.clock, signal: world.cancel.signal },
  );

describe('a promotion', () => {
  it('says before and after what callers of the API can no longer do', async () => {
    await serves(3, '/spots', '/old\nx');
    await serves(4, '/spots', '/new');
    await stage(3);
    expect((await promote()).annotations).toEqual([]);
    await stage(4);
    const expected = {
      annotations: [
        {
          level: 'warning',
          title: 'What callers of the API can no longer do',
          message:
            '1 change of the API breaks callers; the first: production: Deployment parking: GET /old x: it is gone. The summary lists all.',
        },
      ],
    };
    expect(await promote(true)).toMatchObject(expected);
    const { blocks, outcome, ...rest } = await promote();
    expect(rest).toMatchObject(expected);
    expect(outcome).toBe('succeeded');
    expect(blocks).toContainEqual({
      kind: 'table',
      title: 'What callers of the API can no longer do',
      header: ['process', 'change'],
      rows: [['production: Deployment parking', 'GET /old x: it is gone']],
    });
  });

  it('is not stopped by a registry that does not answer about the API', async () => {
    await stage(3);
    await promote();
    await stage(4);
    referrers.list = () => Promise.reject(new Error('no answer'));
    expect(await promote()).toMatchObject({ outcome: 'succeeded', annotations: [] });
    expect(world.log.lines.join('\n')).toContain('The API is not compared with that of production: no answer');
  });
});

it('a rollout says what callers of its own environment can no longer do', async () => {
  await serves(3, '/spots');
  await serves(4, '/places');
  expect((await stage(3)).annotations).toEqual([]);
  const { annotations, blocks } = await stage(4);
  expect(annotations).toMatchObject([{ level: 'warning', title: 'What callers of the API can no longer do' }]);
  expect(JSON.stringify(blocks)).toContain('staging: Deployment parking","GET /spots: it is gone');
  referrers.list = () => Promise.reject(new Error('nobody asks about images that stay'));
  expect((await stage(4)).outcome).toBe('unchanged');
  expect(world.log.lines.join()).not.toContain('nobody asks');
});

it('a rollout that goes back says nothing of it', async () => {
  await serves(3, '/spots');
  await serves(4, '/places');
  await stage(3);
  world.fates.set(image(4), 'crashes');
  expect(await stage(4)).toMatchObject({ outcome: 'rolled-back', annotations: [] });
});

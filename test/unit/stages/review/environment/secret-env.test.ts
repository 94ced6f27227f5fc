import { beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../../src/config/load.ts';
import { withinBounds } from '../../../../../src/plan/review/bounds.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import { reviewSecretEnv } from '../../../../../src/stages/review/environment/secret-env.ts';
import { memoryLog } from '../../../../support/kube/cluster.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { refusal } from '../../../../support/refusal.ts';

const IMAGE = 'r.example/apps/parking@sha256:1';
const plan = {
  secretEnv: { STRIPE_KEY: 'STRIPE' },
  owner: { app: 'parking', repositoryId: 1, number: 7 },
  namespace: 'parking-pr-7',
};
const workload = (name: string, image: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { template: { spec: { containers: [{ name, image, env: [{ name: 'STRIPE_KEY', value: 'dummy' }] }] } } },
});

let cluster: MemoryCluster;
let log: ReturnType<typeof memoryLog>;
beforeEach(() => {
  cluster = new MemoryCluster();
  log = memoryLog();
});
const made = (value: string | undefined, fork = false) =>
  reviewSecretEnv(plan, { fork, images: { parking: IMAGE } }, { cluster, log, variables: { read: () => value } });
const template = (object: KubeObject | undefined) =>
  ((object as KubeObject).spec as { template: Record<string, unknown> }).template;

describe('review.secretEnv', () => {
  it('reaches the containers of the app alone, and a change replaces its pods', async () => {
    const first = await made('sk-first');
    const [web, cache] = first.into([workload('web', IMAGE), workload('cache', 'redis')]);
    expect(template(web)).toMatchObject({
      spec: { containers: [{ env: [], envFrom: [{ secretRef: { name: 'slipway-env' } }] }] },
    });
    expect(cache).toEqual(workload('cache', 'redis'));
    for (const object of first.objects) cluster.patch(object);
    const [same] = (await made('sk-first')).into([workload('web', IMAGE)]);
    const [other] = (await made('sk-second')).into([workload('web', IMAGE)]);
    expect(template(same).metadata).toEqual(template(web).metadata);
    expect(template(other).metadata).not.toEqual(template(web).metadata);
    expect(JSON.stringify([web, other])).not.toContain('sk-');
  });

  it('never reaches code of a fork, also when it was approved', async () => {
    const { objects, into } = await made('sk-first', true);
    expect(objects).toEqual([]);
    expect(into([workload('web', IMAGE)])).toEqual([workload('web', IMAGE)]);
    expect(log.lines.join('\n')).toContain('code of a fork gets no secrets');
  });

  it('an empty value is refused', async () => {
    await expect(made('')).rejects.toThrow(
      'review.secretEnv: the variable STRIPE of the step, for STRIPE_KEY, is empty',
    );
  });
});

describe('review.secretEnv of a pull request', () => {
  const file = (more: string) =>
    parseConfig(`app: parking\nimage: { repository: r.example/apps/parking }\n${more}`, 'slipway.yml');
  const within = (own: string, main: string | undefined) =>
    withinBounds(file(own), { branch: 'main', config: main === undefined ? undefined : file(main) }).config.review;
  const MAIN = 'review: { secretEnv: [STRIPE_KEY] }';

  it.each([
    ['more', 'review: { secretEnv: [STRIPE_KEY, SLIPWAY_KUBECONFIG] }', MAIN],
    ['another variable of the step', 'review: { secretEnv: { STRIPE_KEY: SLIPWAY_KUBECONFIG } }', MAIN],
    ['one, where the default branch has none', MAIN, 'review: {}'],
    ['one, where the default branch has no review', MAIN, ''],
    ['one, where the default branch has no slipway.yml', MAIN, undefined],
  ])('%s is refused', (_title, own, main) => {
    expect(refusal(() => within(own, main)).details.join('\n')).toContain('review.secretEnv');
  });

  it('is that of the default branch where it is left out, or written in the other form', () => {
    expect(within('', MAIN)?.secretEnv).toEqual(['STRIPE_KEY']);
    expect(within('review: { secretEnv: { STRIPE_KEY: STRIPE_KEY } }', MAIN)?.secretEnv).toBeDefined();
  });
});

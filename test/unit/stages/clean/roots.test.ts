import { describe, expect, it } from 'vitest';
import { ANNOTATIONS, LABELS } from '../../../../src/objects/names.ts';
import type { Cluster, KubeObject } from '../../../../src/ports.ts';
import { rootsOf } from '../../../../src/stages/clean/roots.ts';
import { cleanPlan, listingCluster, REPOSITORY_ID } from '../../../support/images/clean-run.ts';

const SHOP = 'r.example/shop';
const at = (digit: string) => `sha256:${digit.repeat(64)}`;
const plan = cleanPlan(SHOP);
const from = (environments: Cluster, reviews?: Cluster) =>
  rootsOf({ ...plan, reviews: reviews !== undefined }, { environments: new Map([['staging', environments]]), reviews });

/** The same cluster, where the list of one kind is another one. */
const where = (cluster: Cluster, kind: string, answer: KubeObject[] | Error): Cluster => ({
  ...cluster,
  list: async (of, selection) => {
    if (of.kind !== kind) return cluster.list(of, selection);
    if (answer instanceof Error) throw answer;
    return answer;
  },
});

describe('what needs images', () => {
  it('is every recorded release, and everything that runs, by digest and by tag', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'debug', namespace: 'shop' },
      spec: { containers: [{ name: 'a', image: `${SHOP}:by-hand` }] },
      status: { containerStatuses: [{ imageID: `docker-pullable://${SHOP}@${at('2')}` }] },
    };
    const roots = (await from(where(listingCluster([`${SHOP}@${at('1')}`]), 'Pod', [pod]))).get(SHOP);
    expect(Object.fromEntries(roots?.digests ?? [])).toEqual({
      [at('1')]: 'shop-1 of staging has it',
      [at('2')]: 'Pod shop/debug runs it',
    });
    expect(Object.fromEntries(roots?.tags ?? [])).toEqual({ 'by-hand': 'Pod shop/debug runs it' });
  });

  it('is every review environment, also one that sleeps', async () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'shop-pr-7',
        labels: { [LABELS.app]: 'shop', [LABELS.repository]: String(REPOSITORY_ID), [LABELS.pullRequest]: '7' },
        annotations: { [ANNOTATIONS.image]: `${SHOP}@${at('3')}` },
      },
    };
    const reviews = where(where(listingCluster([]), 'Namespace', [namespace]), 'Pod', []);
    const roots = (await from(listingCluster([]), reviews)).get(SHOP);
    expect([...(roots?.digests.keys() ?? [])]).toEqual([at('3')]);
  });

  it('is not known where an environment has no record, or one that cannot be read: nothing may be deleted', async () => {
    await expect(from(where(listingCluster([]), 'Secret', []))).rejects.toThrow(
      'staging has no recorded release in namespace shop of made-up',
    );
    const broken = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'slipway.dev/release',
      metadata: { name: 'r' },
      data: { release: 'x' },
    };
    await expect(from(where(listingCluster([]), 'Secret', [broken]))).rejects.toThrow(
      'Secret shop/r in made-up cannot be read as a release',
    );
  });

  it('is not known where a list fails', async () => {
    const failing = where(listingCluster([]), 'CronJob', new Error('forbidden'));
    await expect(from(failing)).rejects.toThrow('forbidden');
  });
});

import { describe, expect, it } from 'vitest';
import { planReviewUp } from '../../../../../src/plan/review-plan.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import type { LiveDatabase } from '../../../../../src/stages/review/database/database.ts';
import { isUnseeded } from '../../../../../src/stages/review/database/needs-seed.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../../support/unit/review.ts';

const SEED = { path: 'db/seed.sql', content: Buffer.from('insert into t values (1);') };
const ISOLATED = 'review: { database: { seed: db/seed.sql } }';
const SHARED = 'review: { database: { seed: db/seed.sql, mode: shared } }';
const plan = (yaml: string, operation: 'up' | 'reset-database' = 'up') =>
  planReviewUp(reviewInputsOf({ operation }), configOf(yaml), pullRequest(), 7, SEED);
const object = (kind: string, name: string, annotations = {}): KubeObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, namespace: plan(ISOLATED).namespace, annotations },
});
const live = (known: Partial<LiveDatabase>): LiveDatabase => ({
  secret: undefined,
  claim: undefined,
  statefulSet: undefined,
  ...known,
});
const CLAIM = { claim: object('PersistentVolumeClaim', 'data') };
const MADE = { secret: object('Secret', 'database', { 'slipway.dev/database-made': 'empty' }) };

describe('R12: a database waits for its seed', () => {
  const asked = (of: LiveDatabase, deployed: boolean | 'without', planned = plan(ISOLATED)) => {
    const cluster = new MemoryCluster();
    const envFrom = deployed === 'without' ? [] : [{ secretRef: { name: 'database' } }];
    const spec = { template: { spec: { containers: [{ name: 'parking', image: 'i', envFrom }] } } };
    if (deployed) cluster.patch({ ...object('Deployment', planned.app.name), spec });
    return isUnseeded(of, planned, cluster);
  };

  it.each([
    ['when it is new', live({}), false, true],
    ['when it is new, and the app had none before', live({}), true, true],
    ['when the run that made it did not come as far as the app', live(CLAIM), false, true],
    ['also where the app was there before it had a database', live(CLAIM), 'without', true],
    ['no more, when the app was deployed with it: slipway.yml may have got a seed since', live(CLAIM), true, false],
    [
      'no more, when it was seeded',
      live({ claim: object('PersistentVolumeClaim', 'data', { 'slipway.dev/seeded': 'x' }) }),
      false,
      false,
    ],
  ] as const)('%s', async (_, of, deployed, expected) => {
    expect(await asked(of, deployed)).toBe(expected);
  });

  it('on a shared server as well', async () => {
    expect(await asked(live(MADE), true, plan(SHARED))).toBe(false);
    expect(await asked(live({ secret: object('Secret', 'database') }), true, plan(SHARED))).toBe(true);
  });

  it('that is begun anew on request does, and one without a seed never', async () => {
    expect(await asked(live(CLAIM), true, plan(ISOLATED, 'reset-database'))).toBe(true);
    const none = planReviewUp(reviewInputsOf(), configOf('review: { database: {} }'), pullRequest(), 7, undefined);
    expect(await asked(live({}), false, none)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { serverExcess, withServerOf } from '../../../../../../src/plan/review/database/shared-server/bounds.ts';
import { configOf } from '../../../../../support/unit/review.ts';

const review = (database: string) => configOf(`review: { database: ${database} }`).review;
const MAIN =
  '{ mode: shared, version: "17", image: "r.example/pg:17", storage: 40Gi, server: { namespace: dbs, memory: 4Gi } }';

describe('SEC-14: the shared server is that of the default branch', () => {
  it.each([
    ['{ mode: shared, image: "evil.example/pg:17" }', ['review.database.image']],
    ['{ mode: shared, version: "18", storage: 1Gi }', ['review.database.version', 'review.database.storage']],
    ['{ mode: shared, server: { namespace: dbs, memory: 9Gi } }', ['review.database.server.memory']],
    [
      '{ mode: shared, server: { namespace: review-other-pr-1, secret: database } }',
      ['review.database.server.namespace', 'review.database.server.secret'],
    ],
    ['{ mode: shared, image: "r.example/pg:17", seed: db/seed.sql }', []],
    ['{ image: "my.example/pg:17" }', []],
  ])('%s: refuses %j', (own, keys) => {
    expect(serverExcess(review(own), review(MAIN)).map(({ key }) => key)).toEqual(keys);
  });

  it('a pull request that introduces review environments brings neither an image nor a Secret', () => {
    const own = review(
      '{ mode: shared, version: "17", storage: 9Gi, image: "evil.example/pg:17", server: { secret: a } }',
    );
    const keys = ['review.database.image', 'review.database.server.secret'];
    expect(serverExcess(own, undefined).map(({ key }) => key)).toEqual(keys);
  });

  it('what the pull request does not say is as on the default branch; its seed is its own', () => {
    const [asked, allowed] = [review('{ mode: shared, seed: db/own.sql }'), review(MAIN)].map((one) => one?.database);
    if (!asked || !allowed) throw new Error('no database');
    expect(withServerOf(asked, allowed)).toEqual({ ...allowed, seed: 'db/own.sql' });
    const isolated = { ...asked, mode: 'isolated' as const };
    expect(withServerOf(isolated, allowed)).toBe(isolated);
  });
});

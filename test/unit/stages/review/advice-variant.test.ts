import { expect, it } from 'vitest';
import { reviewComment } from '../../../../src/report/review-comment.ts';
import { resolveVariant } from '../../../../src/stages/review/environment/resolve-variant.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../support/kube/site.ts';
import { stateOf } from '../../../support/unit/review.ts';

it('advice names the variant', () => {
  expect(reviewComment(stateOf({ phase: 'asleep', variant: 'mysql' }))).toContain('`/review wake mysql`');
});

it('no environment without a name is made where the pull request had others: one that it had comes back', async () => {
  const owner = { app: 'parking', repositoryId: 1, number: 7, variant: undefined };
  const meant = (...told: (string | undefined)[]) =>
    resolveVariant(owner, ['mysql'], siteOf(new MemoryCluster()), async () => told);
  await expect(meant('mysql')).rejects.toThrow('several environments, and none exists now');
  expect(await meant('mysql', undefined)).toBeUndefined();
  expect(await meant()).toBeUndefined();
});

import type { PromotePlan } from '../../../src/plan/promote-plan.ts';
import { planOf, REPOSITORY } from './world.ts';

/** The plan of a promotion from staging to production; a test states only what differs. */
export function promotionOf(overrides: Partial<PromotePlan> = {}, dryRun = false): PromotePlan {
  const target = planOf(0, {
    environment: 'production',
    namespace: 'parking',
    onPurpose: true,
    createNamespace: false,
    dryRun,
  });
  const { images: _, commit: _1, ...to } = target;
  return {
    from: { environment: 'staging', namespace: 'parking-staging' },
    to,
    repositories: { parking: REPOSITORY },
    expected: {},
    soakMs: 0,
    githubEnvironment: 'production',
    configCommit: 'commit-1',
    ...overrides,
  };
}

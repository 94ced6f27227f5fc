import type { ActionName } from '../stage-result.ts';
import type { StageWork } from './context.ts';

type Load = () => Promise<{ work: StageWork }>;

/** The work of each action, loaded on use, because the stages import heavy SDKs. */
export const stageWork: Record<ActionName, Load> = {
  'build-image': () => import('./build-image.ts'),
  'run-tests': () => import('./run-tests.ts'),
  preflight: () => import('./preflight.ts'),
  'push-to-registry': () => import('./push-to-registry.ts'),
  'review-environment': () => import('./review-environment.ts'),
  'rolling-update': () => import('./rolling-update.ts'),
  promote: () => import('./promote.ts'),
  'reap-environments': () => import('./reap-environments.ts'),
  'clean-registry': () => import('./clean-registry.ts'),
  drift: () => import('./drift.ts'),
};

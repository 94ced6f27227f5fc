import type { ReviewState } from '../../../report/review-state.ts';

/** The state of an environment before anything is known about it. */
export function blankState(
  { app, number, variant }: Pick<ReviewState, 'app' | 'number' | 'variant'>,
  run: string,
): ReviewState {
  return {
    app,
    number,
    variant,
    phase: 'starting',
    namespace: '',
    cluster: '',
    commit: '',
    images: {},
    url: '',
    answers: false,
    parts: [],
    database: undefined,
    tests: undefined,
    expiresAt: undefined,
    run,
    steps: [],
    ms: 0,
    failure: undefined,
    notes: [],
  };
}

import type { SlipwayError } from '../../../errors.ts';
import type { ReviewDownPlan } from '../../../plan/review-plan.ts';
import type { ReviewState } from '../../../report/review-state.ts';
import type { Step } from '../../../stage-result.ts';
import type { FoundNamespace } from '../environment/remove-namespaces.ts';
import { blankState } from './blank-state.ts';

/** What a removal came to. */
export interface Closed {
  plan: ReviewDownPlan;
  namespaces: readonly Pick<FoundNamespace, 'name' | 'app' | 'variant'>[];
  /** Names of the databases on shared servers that were dropped. */
  databases: readonly string[];
  /** Names of the images that were removed from the local engine. */
  images: readonly string[];
  cluster: string;
  steps: Step[];
  ms: number;
}

/**
 * The state of an app's environment after the removal.
 * @param which one of several environments; `all`: of the pull request
 */
export function closedState(
  closed: Closed,
  app: string,
  which: { variant: string | undefined } | 'all' = 'all',
): ReviewState {
  const { plan, namespaces, databases, images } = closed;
  const isMeant = (one: Closed['namespaces'][number]) =>
    (app === '' || one.app === app) && (which === 'all' || one.variant === which.variant);
  const own = namespaces.filter(isMeant).map(({ name }) => name);
  const variant = which === 'all' ? plan.variant : which.variant;
  return {
    ...blankState({ app, number: plan.number, variant }, plan.run),
    phase: own.length > 0 || databases.length > 0 || images.length > 0 ? 'removed' : 'absent',
    namespace: own[0] ?? '',
    cluster: closed.cluster,
    steps: [...closed.steps],
    ms: closed.ms,
    gone: { namespaces: own, images: [...images] },
    ...(plan.asked ? { answer: { ...plan.asked, text: 'it is gone, with its database.' } } : {}),
  };
}

/** The state of an environment that was to be removed, and is not gone. */
export function stuckState(closed: ReviewState, { message, details, remedy }: SlipwayError): ReviewState {
  const { gone: _, answer, ...state } = closed;
  const told = answer && { answer: { ...answer, text: `it is not all gone: ${message}.` } };
  return { ...state, ...told, phase: 'failed', failure: { message, details, remedy } };
}

/** The environment is gone; what keeps its database has to be told as well. */
export function withError(state: ReviewState, error: SlipwayError | undefined): ReviewState {
  return error ? stuckState(state, error) : state;
}

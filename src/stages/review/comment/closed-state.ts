import type { SlipwayError } from '../../../errors.ts';
import type { ReviewDownPlan } from '../../../plan/review-plan.ts';
import type { ReviewState } from '../../../report/review-state.ts';
import type { Step } from '../../../stage-result.ts';
import type { FoundNamespace } from '../environment/remove-namespaces.ts';
import { blankState } from './blank-state.ts';

/** The result of a removal. */
export interface Closed {
  plan: ReviewDownPlan;
  namespaces: readonly Pick<FoundNamespace, 'name' | 'app' | 'variant'>[];
  /** Names of the dropped databases on shared servers. */
  databases: readonly string[];
  /** Names of the images removed from the local engine. */
  images: readonly string[];
  cluster: string;
  steps: Step[];
  ms: number;
}

/**
 * The state of the environment of an app after the removal.
 * @param which one variant; `all`: all of the pull request
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
    ...(plan.asked ? { answer: { ...plan.asked, text: 'it is removed, with its database.' } } : {}),
  };
}

/** The state of an environment whose removal did not finish. */
export function stuckState(closed: ReviewState, { message, details, remedy }: SlipwayError): ReviewState {
  const { gone: _, answer, ...state } = closed;
  const told = answer && { answer: { ...answer, text: `the removal did not finish: ${message}.` } };
  return { ...state, ...told, phase: 'failed', failure: { message, details, remedy } };
}

/** Adds the error of a database that was not dropped. */
export function withError(state: ReviewState, error: SlipwayError | undefined): ReviewState {
  return error ? stuckState(state, error) : state;
}

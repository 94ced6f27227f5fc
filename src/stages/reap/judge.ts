import { judgementOf, type Over, overWords, type Reaped } from '../../plan/reap/judgement.ts';
import type { ReviewNamespace } from '../../plan/review/environment/review-namespace.ts';
import type { Proof } from './prove.ts';

/** What to do with an environment, and why. */
export interface Judged {
  environment: ReviewNamespace;
  /** undefined: keep it. */
  over: Over | undefined;
  /** It is already being deleted. */
  going: boolean;
  idle: boolean;
  because: string;
}

/** Environments whose pull request is not in the list of open ones: the run has to prove that it is closed. */
export function unclaimed(
  environments: readonly ReviewNamespace[],
  open: ReadonlySet<number>,
  now: number,
): ReviewNamespace[] {
  return environments.filter((environment) => judgementOf(environment, open, now).is === 'unclaimed');
}

/**
 * Decides what to do with each environment.
 * @param open numbers of the open pull requests
 * @param proven results for numbers that are not in `open`
 * @param now milliseconds since the epoch
 */
export function judgeAll(
  environments: readonly ReviewNamespace[],
  open: ReadonlySet<number>,
  proven: ReadonlyMap<number, Proof>,
  now: number,
): Judged[] {
  return environments.map((environment) => {
    const { is } = judgementOf(environment, open, now);
    const stays = (because: string): Judged => ({ environment, over: undefined, going: false, idle: false, because });
    const goes = (over: Over): Judged => ({
      environment,
      over,
      going: false,
      idle: false,
      because: overWords(over, environment),
    });
    if (is === 'going') return { ...stays('it is being deleted'), going: true };
    if (is === 'expired') return goes('expired');
    if (is === 'idle') return { ...stays('nobody has used it for a while'), idle: true };
    if (is !== 'unclaimed') return stays(`pull request #${environment.number} is open`);
    const proof = proven.get(environment.number) ?? 'unasked';
    if (proof === 'open') return stays(`pull request #${environment.number} was opened meanwhile`);
    if (proof === 'unasked') return stays('not asked for in this run: the next one goes on');
    return goes(proof);
  });
}

/** The report of a dry run. */
export function supposed({ environment, over, going, idle, because }: Judged): Reaped {
  const fate = over !== undefined || going ? 'removed' : idle ? 'slept' : 'kept';
  return { environment, fate, because, details: [], ...(over ? { over } : {}) };
}

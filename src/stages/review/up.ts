import { messageOf, type SlipwayError, Superseded } from '../../errors.ts';
import { outcomeOf } from '../../outcome.ts';
import { type Place, placeWords } from '../../plan/review/environment/queue.ts';
import { expiresAt } from '../../plan/review/ttl.ts';
import { planDownAgain, type ReviewUpPlan } from '../../plan/review-plan.ts';
import { reviewBlocks, reviewOutputs } from '../../report/review-report.ts';
import type { Answer, ReviewState } from '../../report/review-state.ts';
import { reviewHeadline } from '../../report/review-words.ts';
import type { Annotation, StageResult } from '../../stage-result.ts';
import { explained } from '../explained.ts';
import { Steps } from '../steps.ts';
import { bringUp } from './bring-up.ts';
import { CurrentState, ending, initialState } from './comment/current-state.ts';
import { notedStates, noteState } from './comment/noted-state.ts';
import { Publisher } from './comment/publisher.ts';
import { WaitingNotice } from './comment/waiting-notice.ts';
import { reviewDown } from './down.ts';
import type { ReviewPorts } from './ports.ts';
import { readPullRequest } from './pull-request.ts';
import { testEnvironment } from './test-environment.ts';

/** The result of an attempt. */
interface Attempt {
  error: SlipwayError | undefined;
  /** Something may have been written to the environment. */
  begun: boolean;
  tests: StageResult | undefined;
  /** Its position in the queue, if it has no place yet. */
  queued?: Place;
}

/**
 * Creates or updates a review environment and reports it on the pull request. Reads the pull request again before and
 * after: if it was closed meanwhile, this run removes the environment.
 * @throws Superseded before the first write if the head is another commit; UserError for code of a fork
 */
export async function reviewUp(plan: ReviewUpPlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  for (const note of plan.notes) ports.log.info(note);
  for (const warning of plan.warnings) ports.log.info(warning);
  const before = await steps.run('pull request', () => readPullRequest(plan, ports));
  if (before.kind === 'closed') return reviewDown(planDownAgain(plan), ports);
  const publisher = new Publisher(ports, () => notedStates(plan.owner, ports.connect, ports.log));
  const current = new CurrentState(initialState(plan, before.commit));
  const announced = publisher.announce(current.state);
  const notice = new WaitingNotice(async (waiting) => {
    await announced;
    current.update({ waiting });
    await publisher.publish(current.state);
  }, ports.clock);
  const watched = { ...ports, onWaiting: notice.take.bind(notice) };
  const attempt = await attemptUp(plan, watched, steps, current, before.fork);
  await announced;
  await notice.end();
  current.update({ waiting: undefined });
  const after = await lookAgain({ ...plan, commit: before.commit }, ports);
  if (after === 'closed') {
    ports.log.info(`pull request #${plan.owner.number} was closed meanwhile: removing its environment`);
    return reviewDown(planDownAgain(plan), ports);
  }
  if (attempt.error instanceof Superseded) return giveWay(attempt.error, current.state, publisher);
  current.update({ ...ending(attempt.error), steps: [...steps.list], ms: steps.elapsed() });
  if (attempt.queued) current.update({ phase: 'queued', queue: placeWords(attempt.queued) });
  current.update({ answer: answerOf(plan, current.state) });
  current.update({ toldAt: ports.clock.now() });
  if (
    attempt.error &&
    !attempt.begun &&
    (await publisher.restore(current.state, notDone(plan, current.state, attempt.error)))
  ) {
    const result = resultOf(current, attempt, after === 'moved', [...warningsOf(plan), ...publisher.warnings]);
    return { ...result, outputs: { ...result.outputs, state: '' } };
  }
  // Before the comment: a run that writes the section of another variant must find this note.
  if (!(await noteState(plan, current.state, ports))) {
    const what = 'was removed, or deployed to by another run, since this run brought it up';
    return giveWay(new Superseded(`the review environment of #${plan.owner.number} ${what}`), current.state, publisher);
  }
  await publisher.publish(current.state);
  return resultOf(current, attempt, after === 'moved', [...warningsOf(plan), ...publisher.warnings]);
}

/** Leaves the comment to another run. */
async function giveWay(why: Superseded, state: ReviewState, publisher: Publisher): Promise<never> {
  await publisher.deactivate(state, why.message);
  throw why;
}

async function attemptUp(
  plan: ReviewUpPlan,
  ports: ReviewPorts,
  steps: Steps,
  current: CurrentState,
  fork: boolean,
): Promise<Attempt> {
  let begun = false;
  const work = {
    plan,
    ports,
    steps,
    commit: current.state.commit,
    fork,
    expiresAt: expiresAt(ports.clock.now(), plan.ttlMs),
    update: current.update.bind(current),
    begin: () => {
      begun = true;
    },
  };
  try {
    const queued = await bringUp(work);
    if (queued) return { error: undefined, begun, tests: undefined, queued };
    const tests = await testEnvironment(work, current.state);
    return { error: tests?.error, begun, tests };
  } catch (thrown) {
    return { error: explained(thrown, ports), begun, tests: undefined };
  }
}

/** After the work, a pull request that cannot be read changes nothing. A cancelled run does not ask. */
async function lookAgain(plan: ReviewUpPlan, ports: ReviewPorts): Promise<'open' | 'closed' | 'moved'> {
  if (ports.signal.aborted) return 'open';
  try {
    return (await readPullRequest(plan, ports)).kind;
  } catch (error) {
    ports.log.info(messageOf(error));
    return error instanceof Superseded ? 'moved' : 'open';
  }
}

function warningsOf({ warnings }: ReviewUpPlan): Annotation[] {
  return warnings.map((message) => ({ level: 'warning', title: 'Ingress', message }));
}

/** The environment did not change: the comment reports this and the error. */
function notDone({ asked }: ReviewUpPlan, { commit, run }: ReviewState, error: SlipwayError): Answer {
  const remedy = error.remedy === undefined ? '' : ` ${error.remedy}`;
  const command = asked?.command ?? `deploy ${commit.slice(0, 12)}`;
  const by = asked?.by ?? (run === '' ? 'slipway' : `slipway, ${run}`);
  return { command, by, text: `it was not done, and the environment is as it was: ${error.message}.${remedy}` };
}

function answerOf({ asked }: ReviewUpPlan, state: ReviewState): Answer | undefined {
  return asked && { ...asked, text: `${reviewHeadline(state)}.` };
}

/**
 * The result of the stage.
 * @param moved the pull request has a newer commit, whose run replaces this one
 */
function resultOf(
  { state }: CurrentState,
  { error, tests, queued }: Attempt,
  moved: boolean,
  warnings: readonly Annotation[],
): StageResult {
  const fine = moved ? 'superseded' : queued ? 'unchanged' : 'succeeded';
  const outcome = error === undefined ? fine : outcomeOf(error);
  const waits = queued ? [{ level: 'warning' as const, title: 'Queued', message: placeWords(queued) }] : [];
  return {
    stage: 'review-environment',
    outcome,
    headline: reviewHeadline(state),
    outputs: reviewOutputs(state),
    steps: state.steps,
    ms: state.ms,
    blocks: [...reviewBlocks(state), ...(tests?.blocks ?? [])],
    annotations: [...waits, ...warnings, ...(tests?.annotations ?? [])],
    ...(error === undefined ? {} : { error }),
  };
}

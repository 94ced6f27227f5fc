import { SlipwayError } from '../../errors.ts';
import { ANNOTATIONS } from '../../plan/names.ts';
import { expiryOf } from '../../plan/reap/environment.ts';
import type { ReviewActPlan } from '../../plan/review-plan.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { reviewBlocks, reviewOutputs } from '../../report/review-report.ts';
import type { ReviewState } from '../../report/review-state.ts';
import { expiryWords, reviewHeadline } from '../../report/review-words.ts';
import type { StageResult, SummaryBlock } from '../stage-result.ts';
import { Steps } from '../steps.ts';
import { annotate } from './annotate.ts';
import { namespaceRef } from './namespace.ts';
import { podLogs } from './pod-logs.ts';
import type { ReviewPorts } from './ports.ts';
import { Publisher } from './publisher.ts';
import { rememberedState } from './remember.ts';
import { type FoundNamespace, findNamespaces } from './remove-namespaces.ts';
import { putToSleep, restart, wake } from './workloads.ts';

/** What an act came to. */
type Done = Partial<Pick<ReviewState, 'phase' | 'expiresAt'>> & {
  text: string;
  logs?: NonNullable<ReviewState['answer']>['logs'];
};

/**
 * Does something to the environment of a pull request that is there, and tells it in the one comment. It needs neither
 * checkout nor slipway.yml, and runs no code of the pull request but what runs there already.
 */
export async function reviewAct(plan: ReviewActPlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const publisher = new Publisher(ports);
  const cluster = await steps.run('cluster', () => ports.connect());
  const found = await steps.run('find', () => findNamespaces(plan, cluster, ports.log));
  if (found.length === 0) return nothingThere(plan, publisher, steps);
  const states: ReviewState[] = [];
  for (const place of found)
    states.push(await steps.run(plan.act.name, () => actOn(place, plan, cluster, ports, publisher)));
  const [state] = states as [ReviewState, ...ReviewState[]];
  return {
    stage: 'review-environment',
    outcome: 'succeeded',
    headline: state.answer?.text ?? reviewHeadline(state),
    outputs: reviewOutputs(state),
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [...reviewBlocks(state), ...logBlocks(states)],
    annotations: publisher.warnings,
  };
}

async function actOn(
  place: FoundNamespace,
  plan: ReviewActPlan,
  cluster: Cluster,
  ports: ReviewPorts,
  publisher: Publisher,
): Promise<ReviewState> {
  const before = stateOf(await cluster.get(namespaceRef(place.name)), place, plan, cluster);
  const command = plan.asked?.command ?? plan.act.name;
  try {
    const { text, logs, ...changes } = await perform(plan, place, cluster, ports);
    const answer = { command, by: plan.asked?.by ?? 'a workflow', text, ...(logs ? { logs } : {}) };
    const state = { ...before, ...changes, answer, run: plan.run };
    await publisher.update(state);
    return state;
  } catch (error) {
    if (error instanceof SlipwayError) {
      const { message, details, remedy } = error;
      await publisher.update({
        ...before,
        phase: 'failed',
        answers: false,
        failure: { message, details, remedy },
        run: plan.run,
      });
    }
    throw error;
  }
}

async function perform(
  plan: ReviewActPlan,
  place: FoundNamespace,
  cluster: Cluster,
  ports: ReviewPorts,
): Promise<Done> {
  switch (plan.act.name) {
    case 'sleep':
      await putToSleep(place, cluster, ports.clock.now());
      return { phase: 'asleep', text: 'nothing runs any more; the data is kept.' };
    case 'wake':
      await wake(place, place.app, cluster, ports);
      return { phase: 'ready', text: 'it is awake, with its data.' };
    case 'restart':
      await restart(place.name, place.app, cluster, ports);
      return { phase: 'ready', text: 'its pods are new, and ready.' };
    case 'logs':
      return { text: 'the last lines of each container.', logs: await podLogs(place.name, cluster, ports.log) };
    case 'extend': {
      const expiresAt = await extend(place, plan.act.ms, cluster, ports);
      return { expiresAt, text: `it stays until ${expiryWords(expiresAt)}.` };
    }
  }
}

/** Longer than it would have stayed, or than now where its time is over already. @returns RFC 3339 */
async function extend(place: FoundNamespace, ms: number, cluster: Cluster, { clock }: ReviewPorts): Promise<string> {
  const until = (annotations: Readonly<Record<string, string>>) =>
    new Date(Math.max(expiryOf(annotations, 0), clock.now()) + ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
  let expiresAt = '';
  const usedAt = new Date(clock.now()).toISOString();
  await annotate(
    place.name,
    place.uid,
    (before) => {
      expiresAt = until(before);
      return { [ANNOTATIONS.extendedUntil]: expiresAt, [ANNOTATIONS.usedAt]: usedAt };
    },
    cluster,
  );
  return expiresAt;
}

/** What is known of an environment that this run has not made. */
export function stateOf(
  namespace: KubeObject | undefined,
  { name, app }: Pick<FoundNamespace, 'name' | 'app'>,
  plan: Pick<ReviewActPlan, 'number' | 'run'>,
  cluster: Pick<Cluster, 'name'>,
): ReviewState {
  const annotations = namespace?.metadata.annotations ?? {};
  const expiry = expiryOf(annotations, Date.parse(namespace?.metadata.creationTimestamp ?? '') || 0);
  const known = rememberedState(annotations);
  const asleep = annotations[ANNOTATIONS.asleep] !== undefined;
  return {
    app,
    number: plan.number,
    phase: 'ready',
    namespace: name,
    cluster: cluster.name,
    commit: annotations[ANNOTATIONS.commit] ?? '',
    image: annotations[ANNOTATIONS.image] ?? '',
    url: '',
    answers: true,
    parts: [],
    database: undefined,
    tests: undefined,
    run: plan.run,
    steps: [],
    ms: 0,
    failure: undefined,
    notes: [],
    ...known,
    ...(asleep ? { phase: 'asleep' as const } : {}),
    expiresAt: new Date(expiry).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  };
}

async function nothingThere(plan: ReviewActPlan, publisher: Publisher, steps: Steps): Promise<StageResult> {
  const text = 'there is no environment. A push, or `/review up`, brings one.';
  if (plan.asked) await publisher.answer(plan.number, plan.app, { ...plan.asked, text });
  return {
    stage: 'review-environment',
    outcome: 'unchanged',
    headline: `pull request #${plan.number} has no review environment`,
    outputs: { url: '', state: 'absent', namespace: '', 'expires-at': '' },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [],
    annotations: publisher.warnings,
  };
}

function logBlocks(states: readonly ReviewState[]): SummaryBlock[] {
  const logs = states.flatMap(({ answer }) => answer?.logs ?? []);
  return logs.map(({ title, lines }) => ({ kind: 'log', title, lines: [...lines] }));
}

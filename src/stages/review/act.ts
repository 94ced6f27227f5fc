import { Cancelled, LeaseLost, SlipwayError, UserError } from '../../errors.ts';
import type { Images } from '../../objects/images.ts';
import { ANNOTATIONS } from '../../objects/names.ts';
import { containersOf, podTemplateOf, sameRepository } from '../../objects/pod-template.ts';
import { expiryOf } from '../../plan/review/environment/review-namespace.ts';
import type { ReviewActPlan } from '../../plan/review-plan.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { reviewBlocks, reviewOutputs } from '../../report/review-report.ts';
import type { ReviewState } from '../../report/review-state.ts';
import { expiryWords, reviewHeadline } from '../../report/review-words.ts';
import { type StageResult, type SummaryBlock, stageResult } from '../../stage-result.ts';
import { withLease } from '../lease/take-lease.ts';
import { maskSecretsIn } from '../mask-secrets.ts';
import { Steps } from '../steps.ts';
import { blankState } from './comment/blank-state.ts';
import { notedState, notedStates, notePhase } from './comment/noted-state.ts';
import { Publisher } from './comment/publisher.ts';
import { annotate } from './environment/annotate.ts';
import { leaseClaimOf } from './environment/environment-lease.ts';
import { namespaceRef } from './environment/namespace.ts';
import { type FoundNamespace, findNamespaces } from './environment/remove-namespaces.ts';
import { appWorkloads, putToSleep, replicasOf, restart, wake } from './environment/workloads.ts';
import { podLogs } from './pod-logs.ts';
import type { ReviewPorts } from './ports.ts';
import { answersAgain } from './url/locate-ingress.ts';
import type { ReviewSite } from './work.ts';

/** The result of an act. */
type Done = Partial<Pick<ReviewState, 'phase' | 'answers' | 'expiresAt'>> & {
  text: string;
  logs?: NonNullable<ReviewState['answer']>['logs'];
};

/**
 * Acts on an existing environment of a pull request and reports the result in the comment. Needs neither checkout nor
 * slipway.yml, and starts only code that the environment already runs.
 */
export async function reviewAct(plan: ReviewActPlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const site: ReviewSite = { ...ports, cluster: await steps.run('cluster', () => ports.connect()) };
  const publisher = new Publisher(ports, () => notedStates(plan, async () => site.cluster, ports.log));
  const all = await steps.run('find', () => findNamespaces(plan, site));
  const found = all.filter(({ inUse }) => inUse);
  if (found.length === 0) return nothingThere(plan, publisher, steps);
  const states: ReviewState[] = [];
  for (const place of found) states.push(await underItsLease(place, plan, site, publisher, steps));
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

/**
 * Operations that start or stop pods hold the Lease of the environment: they wait for a running deploy, and no deploy
 * starts during them.
 */
function underItsLease(
  place: FoundNamespace,
  plan: ReviewActPlan,
  site: ReviewSite,
  publisher: Publisher,
  steps: Steps,
): Promise<ReviewState> {
  const { act, run, asked } = plan;
  const work = (at: ReviewSite) => steps.run(act.name, () => actOn(place, plan, at, publisher));
  if (!needsLease(plan)) return work(site);
  const claim = leaseClaimOf({ app: place.app, namespace: place.name, run, actor: asked?.by });
  return withLease(claim, site, steps, ({ cluster, signal }) => work({ ...site, cluster, signal }));
}

/** Reading, and noting a time that no deploy writes, are safe beside a deploy. */
function needsLease({ act }: ReviewActPlan): boolean {
  return act.name !== 'extend' && act.name !== 'logs';
}

async function actOn(
  place: FoundNamespace,
  plan: ReviewActPlan,
  site: ReviewSite,
  publisher: Publisher,
): Promise<ReviewState> {
  const { cluster } = site;
  const before = reviewStateOf(await cluster.get(namespaceRef(place.name)), place, plan, cluster);
  const command = plan.asked?.command ?? plan.act.name;
  try {
    // A pod that starts can crash and print its environment.
    if (needsLease(plan)) await maskSecretsIn(place.name, cluster, site.log);
    const { text, logs, ...changes } = await perform(plan, place, before, site);
    const answer = { command, by: plan.asked?.by ?? 'a workflow', text, ...(logs ? { logs } : {}) };
    const state = { ...before, ...changes, answer, run: plan.run };
    if (changes.phase === 'ready') await notePhase(place, 'ready', site);
    // Only the comment says why the last deploy failed: keep it until that is resolved.
    const keeps = before.phase === 'failed' && changes.phase === undefined;
    await (keeps ? publisher.answer(plan.number, place.app, answer, place.variant) : publisher.update(state));
    return state;
  } catch (error) {
    // A removal in between, or a failed read, does not mean that the environment failed.
    const told = error instanceof SlipwayError && !(error instanceof LeaseLost) && !(error instanceof Cancelled);
    if (told && needsLease(plan)) {
      const { message, details, remedy } = error;
      await notePhase(place, 'failed', site);
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
  before: ReviewState,
  site: ReviewSite,
): Promise<Done> {
  switch (plan.act.name) {
    case 'sleep':
      await putToSleep(place, site);
      return { phase: 'asleep', text: 'nothing runs any more; the data is kept.' };
    case 'wake':
      await wake(place, site);
      return started('it is awake, with its data.', place, before, site);
    case 'restart': {
      const running = await appWorkloads(place.name, site.cluster);
      if (running.length === 0) return { text: 'nothing of it runs yet: no deploy has got that far.' };
      if (before.phase === 'asleep' || running.every((object) => replicasOf(object) === 0))
        return { text: `it is asleep: \`/review wake${place.variant ? ` ${place.variant}` : ''}\` starts it.` };
      await restart(place.name, site);
      return started('its pods are new, and ready.', place, before, site);
    }
    case 'logs':
      return { text: 'the last lines of each container.', logs: await podLogs(place.name, site) };
    case 'extend': {
      const expiresAt = await extend(place, plan.act.ms, site);
      return { expiresAt, text: `it stays until ${expiryWords(expiresAt)}.` };
    }
  }
}

/**
 * The result once the started pods answer. If the last deploy failed before the app, the previous version runs: the
 * environment stays failed.
 */
async function started(text: string, place: FoundNamespace, before: ReviewState, site: ReviewSite): Promise<Done> {
  await answersAgain({ ...before, app: place.app, namespace: place.name }, site);
  const known = Object.values(before.images);
  const image = imageIn(await appWorkloads(place.name, site.cluster), known);
  if (image === undefined || known.includes(image)) {
    return { phase: 'ready', answers: true, text };
  }
  const commit = before.commit.slice(0, 12);
  return {
    text: `${text} What runs is of the version before: the deploy of ${commit} did not get as far as the app.`,
    ...(before.phase === 'failed' ? {} : { phase: 'failed', answers: true }),
  };
}

/** An image of these repositories that the workloads run, one that is not among them before others; undefined: they run none. */
function imageIn(workloads: readonly KubeObject[], known: readonly string[]): string | undefined {
  const templates = workloads.flatMap((object) => podTemplateOf(object) ?? []);
  const images = templates.flatMap((template) => containersOf(template).flatMap(({ image }) => image ?? []));
  const ours = images.filter((image) => known.some((one) => sameRepository(image, one)));
  return ours.find((image) => !known.includes(image)) ?? ours[0];
}

/**
 * Extends the lifetime from its present end, or from now if it has passed.
 * @returns RFC 3339
 */
async function extend(place: FoundNamespace, ms: number, { cluster, clock }: ReviewSite): Promise<string> {
  const until = (annotations: Readonly<Record<string, string>>) =>
    new Date(Math.max(expiryOf(annotations, 0), clock.now()) + ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
  let expiresAt = '';
  const usedAt = new Date(clock.now()).toISOString();
  const noted = await annotate(
    place.name,
    place.uid,
    (before) => {
      expiresAt = until(before);
      return { [ANNOTATIONS.extendedUntil]: expiresAt, [ANNOTATIONS.usedAt]: usedAt };
    },
    cluster,
  );
  if (noted) return expiresAt;
  throw new UserError(`the environment is being removed`, {
    remedy: 'A push, or `/review up`, creates a new one.',
  });
}

/** The images that a deploy noted on the namespace: one alone, or lines with names. */
function notedImages(text: string, app: string): Images {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [app, line] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** The state of an environment that another run deployed. */
export function reviewStateOf(
  namespace: KubeObject | undefined,
  { name, app, variant }: Pick<FoundNamespace, 'name' | 'app' | 'variant'>,
  plan: Pick<ReviewActPlan, 'number' | 'run'>,
  cluster: Pick<Cluster, 'name'>,
): ReviewState {
  const annotations = namespace?.metadata.annotations ?? {};
  const expiry = expiryOf(annotations, Date.parse(namespace?.metadata.creationTimestamp ?? '') || 0);
  const known = notedState(annotations);
  const asleep = annotations[ANNOTATIONS.asleep] !== undefined;
  return {
    ...blankState({ app, number: plan.number, variant }, plan.run),
    phase: 'ready',
    namespace: name,
    cluster: cluster.name,
    commit: annotations[ANNOTATIONS.commit] ?? '',
    images: notedImages(annotations[ANNOTATIONS.image] ?? '', app),
    answers: true,
    ...known,
    toldAt: undefined,
    ...(asleep ? { phase: 'asleep' as const } : {}),
    expiresAt: new Date(expiry).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  };
}

async function nothingThere(plan: ReviewActPlan, publisher: Publisher, steps: Steps): Promise<StageResult> {
  const text = `there is no environment. A push, or \`/review up${plan.variant ? ` ${plan.variant}` : ''}\`, brings one.`;
  if (plan.asked) await publisher.answer(plan.number, plan.app, { ...plan.asked, text }, plan.variant);
  return {
    ...stageResult('review-environment', 'unchanged', `pull request #${plan.number} has no review environment`),
    outputs: { url: '', state: 'absent', namespace: '', 'expires-at': '' },
    steps: steps.list,
    ms: steps.elapsed(),
    annotations: publisher.warnings,
  };
}

function logBlocks(states: readonly ReviewState[]): SummaryBlock[] {
  const logs = states.flatMap(({ answer }) => answer?.logs ?? []);
  return logs.map(({ title, lines }) => ({ kind: 'log', title, lines: [...lines] }));
}

import { Cancelled, LeaseLost, SlipwayError } from '../../errors.ts';
import { imagesOfText } from '../../objects/images.ts';
import { ANNOTATIONS } from '../../objects/names.ts';
import { expiryOf } from '../../plan/review/environment/review-namespace.ts';
import type { ReviewActPlan } from '../../plan/review-plan.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { reviewBlocks, reviewOutputs } from '../../report/review-report.ts';
import type { ReviewState } from '../../report/review-state.ts';
import { reviewHeadline } from '../../report/review-words.ts';
import { type StageResult, type SummaryBlock, stageResult } from '../../stage-result.ts';
import { withLease } from '../lease/take-lease.ts';
import { maskSecretsIn } from '../mask-secrets.ts';
import { Steps } from '../steps.ts';
import { blankState } from './comment/blank-state.ts';
import { notedState, notedStates, notePhase } from './comment/noted-state.ts';
import { Publisher } from './comment/publisher.ts';
import { leaseClaimOf } from './environment/environment-lease.ts';
import { namespaceRef } from './environment/namespace.ts';
import { type FoundNamespace, findNamespaces } from './environment/remove-namespaces.ts';
import { perform } from './perform-act.ts';
import type { ReviewPorts } from './ports.ts';
import type { ReviewSite } from './work.ts';

/**
 * Acts on an existing environment of a pull request and reports the result in the comment. Needs neither checkout nor
 * slipway.yml, and starts only code that the environment already runs.
 */
export async function reviewAct(plan: ReviewActPlan, ports: ReviewPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const site: ReviewSite = { ...ports, cluster: await steps.run('cluster', () => ports.connect()) };
  const publisher = new Publisher(ports, () => notedStates(plan, async () => site.cluster, ports.log));
  const all = await steps.run('find', () => findNamespaces(plan, site));
  const { found, meant } = meantBy(
    plan,
    all.filter(({ inUse }) => inUse),
  );
  if (found.length === 0) return nothingThere(plan, publisher, steps);
  const acted: Acted[] = [];
  for (const place of found) acted.push(await underItsLease(place, meant, site, publisher, steps));
  const states = acted.map((one) => one.state);
  const [state] = states as [ReviewState, ...ReviewState[]];
  const error = acted.find((one) => one.error)?.error;
  return {
    stage: 'review-environment',
    outcome: error ? 'failed' : 'succeeded',
    ...(error ? { error } : {}),
    headline: state.answer?.text ?? reviewHeadline(state),
    outputs: reviewOutputs(state),
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [...reviewBlocks(state), ...logBlocks(states)],
    annotations: publisher.warnings,
  };
}

/** One environment after an act. */
interface Acted {
  state: ReviewState;
  error: SlipwayError | undefined;
}

/** The word after `logs` is a variant where there is one of this name, otherwise a part of the environments. */
export function meantBy(plan: ReviewActPlan, all: FoundNamespace[]): { found: FoundNamespace[]; meant: ReviewActPlan } {
  const { act, variant } = plan;
  if (act.name !== 'logs' || act.of === undefined || variant !== undefined) return { found: all, meant: plan };
  const named = all.filter((place) => place.variant === act.of);
  return named.length === 0 ? { found: all, meant: plan } : { found: named, meant: { ...plan, act: { name: 'logs' } } };
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
): Promise<Acted> {
  const { act, run, asked, timeoutMs: patienceMs } = plan;
  const work = (at: ReviewSite) => steps.run(act.name, () => actOn(place, plan, at, publisher));
  if (!needsLease(plan)) return work(site);
  const claim = leaseClaimOf({ app: place.app, namespace: place.name, run, actor: asked?.by, patienceMs });
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
): Promise<Acted> {
  const { cluster } = site;
  const before = reviewStateOf(await cluster.get(namespaceRef(place.name)), place, plan, cluster);
  const command = plan.asked?.command ?? plan.act.name;
  try {
    // A pod that starts can crash and print its environment.
    if (needsLease(plan)) await maskSecretsIn(place.name, cluster, site.log);
    const { text, logs, error, ...changes } = await perform(plan, place, before, site);
    const answer = { command, by: plan.asked?.by ?? 'a workflow', text, ...(logs ? { logs } : {}) };
    const state = { ...before, ...changes, answer, run: plan.run };
    if (changes.phase === 'ready') await notePhase(place, 'ready', site);
    // Only the comment says why the last deploy failed: keep it until that is resolved.
    const keeps = before.phase === 'failed' && changes.phase === undefined;
    await (keeps ? publisher.answer(plan.number, place.app, answer, place.variant) : publisher.update(state));
    return { state, error };
  } catch (error) {
    // A removal in between, or a failed read, does not mean that the environment failed.
    const isFailure = error instanceof SlipwayError && !(error instanceof LeaseLost) && !(error instanceof Cancelled);
    if (isFailure && needsLease(plan) && plan.act.name !== 'run') {
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
    images: imagesOfText(annotations[ANNOTATIONS.image] ?? '', app),
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

import { type SlipwayError, UserError } from '../../errors.ts';
import { ANNOTATIONS } from '../../objects/names.ts';
import { containersOf, podTemplateOf, sameRepository } from '../../objects/pod-template.ts';
import { expiryOf } from '../../plan/review/environment/review-namespace.ts';
import type { ReviewActPlan } from '../../plan/review-plan.ts';
import type { KubeObject } from '../../ports.ts';
import type { ReviewState } from '../../report/review-state.ts';
import { expiryWords } from '../../report/review-words.ts';
import { annotate } from './environment/annotate.ts';
import type { FoundNamespace } from './environment/remove-namespaces.ts';
import { appWorkloads, putToSleep, replicasOf, restart, wake } from './environment/workloads.ts';
import { partNames, podLogs } from './pod-logs.ts';
import { runCron } from './run-cron.ts';
import { answersAgain } from './url/locate-ingress.ts';
import type { ReviewSite } from './work.ts';

/** The result of an act. */
export type Done = Partial<Pick<ReviewState, 'phase' | 'answers' | 'expiresAt'>> & {
  text: string;
  logs?: NonNullable<ReviewState['answer']>['logs'];
  /** What was asked for failed, and the environment is as it was. */
  error?: SlipwayError;
};

/** Carries out an act on one environment. @throws the error of a workload that does not become ready */
export async function perform(
  plan: ReviewActPlan,
  place: FoundNamespace,
  before: ReviewState,
  site: ReviewSite,
): Promise<Done> {
  const { timeoutMs } = plan;
  const waiting = { ...site, timeoutMs };
  switch (plan.act.name) {
    case 'sleep':
      await putToSleep(place, site);
      return { phase: 'asleep', text: 'nothing runs any more; the data is kept.' };
    case 'wake':
      await wake(place, site, timeoutMs);
      return started('it is awake, with its data.', place, before, waiting);
    case 'restart': {
      const running = await appWorkloads(place.name, site.cluster);
      if (running.length === 0) return { text: 'nothing of it runs yet: no deploy has got that far.' };
      if (before.phase === 'asleep' || running.every((object) => replicasOf(object) === 0))
        return { text: asleep(place) };
      await restart(place.name, site, timeoutMs);
      return started('its pods are new, and ready.', place, before, waiting);
    }
    case 'run':
      return before.phase === 'asleep' ? { text: asleep(place) } : runCron(plan.act.cron, place, site);
    case 'logs':
      return logsOf(plan.act.of, place, site);
    case 'extend': {
      const expiresAt = await extend(place, plan.act.ms, site);
      return { expiresAt, text: `it stays until ${expiryWords(expiresAt)}.` };
    }
  }
}

function asleep({ variant }: FoundNamespace): string {
  return `it is asleep: \`/review wake${variant ? ` ${variant}` : ''}\` starts it.`;
}

async function logsOf(part: string | undefined, place: FoundNamespace, site: ReviewSite): Promise<Done> {
  if (part === undefined) return { text: 'the last lines of each container.', logs: await podLogs(place.name, site) };
  const logs = await podLogs(place.name, site, { part });
  if (logs.length > 0) return { text: `the last lines of ${part}.`, logs };
  const known = await partNames(place.name, site);
  return { text: `nothing runs as "${part}"; there are: ${known.join(', ') || 'no pods'}.` };
}

/**
 * The result once the started pods answer. If the last deploy failed before the app, the previous version runs: the
 * environment stays failed.
 */
async function started(
  text: string,
  place: FoundNamespace,
  before: ReviewState,
  site: ReviewSite & Pick<ReviewActPlan, 'timeoutMs'>,
): Promise<Done> {
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
 * Extends the lifetime from its end, or from now if the end has passed.
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

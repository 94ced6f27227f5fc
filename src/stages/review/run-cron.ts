import type { SlipwayError } from '../../errors.ts';
import { cronRun, runLimit } from '../../objects/app/cron-run.ts';
import { LABELS } from '../../objects/names.ts';
import type { KubeObject } from '../../ports.ts';
import type { Answer } from '../../report/review-state.ts';
import { humanDuration } from '../../text/duration.ts';
import { carryOut } from '../apply/carry-out.ts';
import { check } from '../apply/check.ts';
import { requestFor } from '../apply/request.ts';
import type { FoundNamespace } from './environment/remove-namespaces.ts';
import { cronJobsOf } from './environment/workloads.ts';
import { podLogs } from './pod-logs.ts';
import type { ReviewSite } from './work.ts';

/** Milliseconds for a run without a limit of its own. */
const RUN_MS = 10 * 60_000;
/** Milliseconds: a job of a workflow waits for it. */
const LONGEST_MS = 30 * 60_000;
/** Milliseconds between the limit of a run and the word of its controller about it. */
const MARGIN_MS = 15_000;

/** What became of a run. */
export interface CronRun {
  text: string;
  logs?: NonNullable<Answer['logs']>;
  /** The run failed; the environment is as it was. */
  error?: SlipwayError;
}

/** Runs a cron of an environment now, and waits for its end. The schedule stays as it is, suspended or not. */
export async function runCron(name: string, place: FoundNamespace, site: ReviewSite): Promise<CronRun> {
  const { cluster, clock } = site;
  const all = await cronJobsOf(place.name, cluster);
  const cron = all.find((one) => namesOf(one).includes(name));
  if (cron === undefined) return { text: unknownCron(name, all) };
  const job = cronRun(cron, clock.now());
  const limit = runLimit(cron);
  const deadlineMs = Math.min(limit === undefined ? RUN_MS : limit * 1000 + MARGIN_MS, LONGEST_MS);
  const request = requestFor(site, { namespace: place.name, jobs: [job], deadlineMs });
  const report = await carryOut(await check(request, cluster), site);
  const { outcome, ms = 0 } = report.objects[0] ?? {};
  const logs = await podLogs(place.name, site, { job: job.metadata.name });
  const took = humanDuration(ms);
  if (outcome === 'ready') return { text: `${name} succeeded after ${took}.`, logs };
  if (report.error === undefined || report.outcome === 'cancelled')
    throw report.error ?? new Error('the run has no outcome');
  const text =
    outcome === 'timed-out'
      ? `${name} still runs after ${took}; \`/review logs ${name}\` shows how far it is.`
      : `${name} failed after ${took}: ${report.error.message}`;
  return { text, logs, error: report.error };
}

/** The name of a cron of slipway.yml, and that of the CronJob. */
function namesOf({ metadata }: KubeObject): string[] {
  return [metadata.labels?.[LABELS.component] ?? '', metadata.name];
}

function unknownCron(name: string, all: readonly KubeObject[]): string {
  const known = all.map((one) => namesOf(one).find((each) => each !== '')).join(', ');
  return `there is no cron "${name}"; ${known === '' ? 'the environment has none' : `there are: ${known}`}.`;
}

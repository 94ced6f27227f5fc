import { SlipwayError, Unreachable } from '../../errors.ts';
import type { Reaped } from '../../plan/reap/judgement.ts';
import type { ReapPlan } from '../../plan/reap/reap-plan.ts';
import type { ReviewNamespace } from '../../plan/review/environment/review-namespace.ts';
import type { StageResult } from '../../stage-result.ts';
import { inPool } from '../pool.ts';
import { Publisher } from '../review/comment/publisher.ts';
import { offerAndAnnounce } from '../review/comment/queue-notice.ts';
import { type Dropped, dropUnused } from '../review/database/shared-server/drop.ts';
import { putToSleep } from '../review/environment/workloads.ts';
import { openedSite } from '../review/opened-site.ts';
import type { Site } from '../site.ts';
import { Steps } from '../steps.ts';
import { databasesIn, fatesOf, lostDatabases, overDatabases } from './databases.ts';
import { type Judged, judgeAll, supposed, unclaimed } from './judge.ts';
import type { ReapPorts } from './ports.ts';
import { proofs } from './prove.ts';
import { awaitRemoval, type Going, startRemoval } from './remove.ts';
import { reportReaped } from './report-reaped.ts';
import { reapResult } from './result.ts';
import { environmentsIn, openNumbers } from './survey.ts';
import { CHANGED, underLease } from './under-lease.ts';

const AT_ONCE = 8;

/**
 * Removes the review environments of a repository whose pull request is closed or missing, or whose ttl has passed.
 * Reads everything before it writes; keeps what it cannot prove. Several reapers can run at once: each deletes only
 * objects that are unchanged since it read them.
 * @throws EnvironmentError if not all pull requests or namespaces can be read; nothing was removed
 */
export async function runReap(plan: ReapPlan, ports: ReapPorts): Promise<StageResult> {
  const { clock, log } = ports;
  const steps = new Steps(log, clock);
  const publisher = new Publisher(ports);
  const site = await steps.run('cluster', () => openedSite(ports));
  const { cluster } = site;
  // Before the environments, so that a database without one lost it, and is not being created.
  const databases = plan.namespace === undefined ? await databasesIn(plan.repositoryId, cluster) : [];
  // Before the pull requests: an environment that is created meanwhile is not considered.
  const environments = await steps.run('environments', () => environmentsIn(plan, site));
  const open = await steps.run('pull requests', () => openNumbers(plan, ports.github));
  const now = clock.now();
  const lost = lostDatabases(databases, environments, open);
  const unproven = [...unclaimed(environments, open, now), ...lost.filter(({ number }) => !open.has(number))];
  const proven = await steps.run('proof', () =>
    proofs(
      unproven.map(({ number }) => number),
      ports.github,
    ),
  );
  const judged = judgeAll(environments, open, proven, now);
  const reaped = plan.dryRun ? judged.map(supposed) : await steps.run('remove', () => carryOut(judged, plan, site));
  const over = overDatabases(databases, lost, environments, reaped, proven).map(({ record }) => record);
  const drops: Dropped = plan.dryRun
    ? { dropped: over, failed: [] }
    : await steps.run('databases', () => dropUnused(over, site));
  if (!plan.dryRun) {
    const news = databases.filter((one) => !lost.includes(one) || proven.get(one.number) === 'closed');
    await steps.run('report', () => reportReaped(reaped, fatesOf(news, drops), plan, cluster, publisher));
    await steps.run('queue', () => offerAndAnnounce(appsThatWait(reaped), plan, site, publisher));
  }
  return reapResult({
    plan,
    reaped,
    databases: drops,
    cluster: cluster.name,
    open: open.size,
    steps,
    warnings: publisher.warnings,
  });
}

/** Apps with environments in the queue, also if another run freed the place. */
function appsThatWait(reaped: readonly Reaped[]): string[] {
  const waiting = reaped.filter(({ environment, fate }) => fate === 'kept' && environment.queuedSince !== undefined);
  return waiting.map(({ environment }) => environment.app);
}

async function carryOut(judged: Judged[], plan: ReapPlan, site: Site): Promise<Reaped[]> {
  const done: Reaped[] = [];
  const going: Going[] = [];
  const reap = async (one: Judged) => {
    const { environment, over, because } = one;
    if (one.going) {
      going.push({ environment, over: undefined, since: environment.deletedSince ?? site.clock.now() });
    } else if (one.idle) {
      done.push(await sleep(environment, because, plan, site));
    } else if (over === undefined) {
      done.push({ environment, fate: 'kept', because, details: [] });
    } else {
      const kept = await startRemoval({ environment, over }, plan, site);
      if (kept) done.push(kept);
      else going.push({ environment, over, since: site.clock.now() });
    }
  };
  // A refusal for one environment does not stop the others; an unreachable cluster ends the run.
  await inPool(
    judged,
    (one) => reap(one).catch((error: unknown) => void done.push(refusal(one, error, site))),
    AT_ONCE,
  );
  return [...done, ...(await awaitRemoval(going, plan.repositoryId, site))];
}

function refusal({ environment }: Judged, error: unknown, { signal }: Site): Reaped {
  if (!(error instanceof SlipwayError) || error instanceof Unreachable || signal.aborted) throw error;
  return { environment, fate: 'failed', because: error.message, details: [...error.details, error.remedy ?? ''] };
}

async function sleep(environment: ReviewNamespace, because: string, plan: ReapPlan, site: Site): Promise<Reaped> {
  site.log.info(`namespace ${environment.name} is put to sleep: ${because}`);
  const isIdle = ({ sleepsAt }: ReviewNamespace) => sleepsAt !== undefined && sleepsAt <= site.clock.now();
  const awake = await underLease(environment, plan, isIdle, site, async (now, held) =>
    (await putToSleep(now, held)) ? undefined : CHANGED,
  );
  const fate = awake === undefined ? 'slept' : 'kept';
  return { environment, fate, because: awake === undefined ? because : `${because}, but ${awake}`, details: [] };
}

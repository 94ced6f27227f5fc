import type { Cluster, ObjectRef } from '../../ports.ts';
import { judge } from '../../readiness/judge.ts';
import { diagnose, stillServing } from './diagnose.ts';
import { type LastRunWarning, lastRunWarnings } from './last-run.ts';
import type { NamespaceWatch } from './namespace-watch.ts';
import type { Progress } from './progress.ts';
import { rolloutError } from './report-error.ts';
import type { ObjectOutcome, ObjectReport, RollOutReport } from './request.ts';

/**
 * What a rollout came to, with a diagnosis of each object that failed. Reads the logs of its pods; never rejects for a log
 * that cannot be read.
 * @param waitedMs the longest wait, in milliseconds
 */
export async function reportOf(
  progress: Progress,
  watch: NamespaceWatch,
  cluster: Cluster,
  waitedMs: number,
): Promise<Omit<RollOutReport, 'steps' | 'ms'>> {
  const { outcome, interruption, wrote, wroteWorkloads } = progress;
  const lastRun = lastRunWarnings(cluster);
  const objects = await Promise.all(progress.refs.map((ref) => reportOn(ref, progress, watch, { cluster, lastRun })));
  const error = outcome === 'ready' ? undefined : rolloutError(objects, interruption, waitedMs);
  return { outcome, objects, ...(error ? { error } : {}), wrote, wroteWorkloads };
}

async function reportOn(
  ref: ObjectRef,
  progress: Progress,
  watch: NamespaceWatch,
  { cluster, lastRun }: { cluster: Cluster; lastRun: LastRunWarning },
): Promise<ObjectReport> {
  const end = progress.endOf(ref);
  if (!end) return unsettledReport(ref, progress, watch);
  const warning = 'warning' in end.verdict ? end.verdict.warning : undefined;
  const outcome = end.outcome === 'waiting' ? unsettled(progress.outcome) : end.outcome;
  const needsDiagnosis = outcome === 'failed' || outcome === 'timed-out';
  return {
    ref,
    outcome,
    reason: end.verdict.reason,
    ...withWarning(outcome === 'ready' ? await lastRun(ref, warning) : warning),
    remedy: 'remedy' in end.verdict ? end.verdict.remedy : undefined,
    diagnosis: needsDiagnosis ? await diagnose(end, watch, cluster) : [],
    ms: end.ms,
  };
}

function withWarning(warning: string | undefined): { warning?: string } {
  return warning === undefined ? {} : { warning };
}

/** An object that was not waited for to its end, as it was last seen. */
function unsettledReport(ref: ObjectRef, progress: Progress, watch: NamespaceWatch): ObjectReport {
  const target = progress.targetOf(ref);
  if (!target)
    return { ref, outcome: 'not-written', reason: 'it was not written', remedy: undefined, diagnosis: [], ms: 0 };
  const object = watch.get(target.uid);
  const verdict = object && judge(object, watch);
  return {
    ref,
    outcome: unsettled(progress.outcome),
    reason: verdict?.reason ?? 'it was written',
    remedy: verdict && 'remedy' in verdict ? verdict.remedy : undefined,
    diagnosis: object ? stillServing(object, watch) : [],
    ms: 0,
  };
}

function unsettled(overall: RollOutReport['outcome']): ObjectOutcome {
  return overall === 'failed' || overall === 'ready' ? 'waiting' : overall;
}

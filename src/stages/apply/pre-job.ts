import { refOf, shortName } from '../../objects/ref.ts';
import type { Verdict } from '../../readiness/verdict.ts';
import type { Checked } from './check.ts';
import { earlierJobsEnded, earlierJobVerdict } from './earlier-jobs.ts';
import type { NamespaceWatch } from './namespace-watch.ts';
import type { Progress } from './progress.ts';
import type { RollOutPorts, RollOutRequest } from './request.ts';
import { removeAndWait, runToEnd } from './run-to-end.ts';
import { type Settled, type Target, targetOf, type WaitOptions } from './wait.ts';

/**
 * Runs a Job to its end and streams its log. A completed Job does not run again. It waits for a Job that still runs (from a
 * killed run), and replaces a failed one.
 * @param progress records the Job as soon as it is written: a run that is cancelled after that has written something
 */
export async function runJob(
  checked: Checked,
  request: RollOutRequest,
  ports: RollOutPorts,
  watch: NamespaceWatch,
  { deadline, forSecretsMs }: Pick<WaitOptions, 'deadline' | 'forSecretsMs'>,
  progress: Pick<Progress, 'written' | 'found'>,
): Promise<Settled> {
  const before = checked.live && (await earlierJobVerdict(checked.live, ports));
  if (checked.live && before?.state === 'ready') {
    request.onProgress(`${shortName(refOf(checked.live))}: has completed before, not run again`);
    return { target: targetOf(checked.live, ports.clock.now()), verdict: before, outcome: 'ready', ms: 0 };
  }
  const target = await startJob(checked, before, request, ports, deadline, progress);
  return runToEnd(target, request, ports, watch, { deadline, forSecretsMs });
}

async function startJob(
  { object, live }: Checked,
  before: Verdict | undefined,
  request: RollOutRequest,
  ports: RollOutPorts,
  deadline: number,
  progress: Pick<Progress, 'written' | 'found'>,
): Promise<Target> {
  const { cluster, clock } = ports;
  if (live && before?.state !== 'failed') {
    request.onProgress(`${shortName(refOf(live))}: is running already`);
    progress.found(live, clock.now());
    return targetOf(live, clock.now());
  }
  await earlierJobsEnded(object, request, ports, deadline);
  // Jobs cannot be started again: a failed one gives way to a new one of its name.
  if (live) await removeAndWait(live, ports, request.signal, deadline);
  const started = await cluster.apply(object, { fieldManager: request.fieldManager });
  progress.written(started, clock.now());
  return targetOf(started, clock.now());
}

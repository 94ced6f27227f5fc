import { failed, type Verdict, waiting } from './verdict.ts';

/** Milliseconds; the operator may be about to update the status. */
const GRACE_MS = 15_000;

const FAILED = /^(Degraded|Failed|Failure|Error|Errored)$/i;
const PAUSED = /^(Paused|Suspended)$/i;
const IN_PROGRESS =
  /^(Progressing|Pending|Creating|Provisioning|Initializing|Installing|Updating|Upgrading|InProgress)$/i;

/**
 * What `status.phase` of an operator's object says; undefined when it does not contradict readiness.
 * @param message status.message, which Argo and others write beside the phase
 */
export function phaseVerdict(phase: unknown, message: unknown, remedy: string): Verdict | undefined {
  if (typeof phase !== 'string') return undefined;
  const words = typeof message === 'string' && message !== '' ? `: ${message}` : '';
  if (FAILED.test(phase)) return failed(`its phase is ${phase}${words}`, remedy, { graceMs: GRACE_MS });
  if (PAUSED.test(phase)) {
    return waiting(`it is paused${words}`, {
      remedy: `Only part of it runs the new version. Let it go on (a canary of Argo Rollouts: kubectl argo rollouts promote <name>), or take the pause out. ${remedy}`,
    });
  }
  return IN_PROGRESS.test(phase) ? waiting(`its phase is ${phase}${words}`, { remedy }) : undefined;
}

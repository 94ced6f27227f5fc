import type { KubeObject } from '../ports.ts';
import { phaseVerdict } from './phase.ts';
import { type Condition, failed, ready, unobserved, type Verdict, waiting } from './verdict.ts';

/**
 * Conditions of a working object. All present ones must be True: an aborted Rollout of Argo is Available (its old pods
 * serve) and not Healthy.
 */
const GOOD = ['Ready', 'Healthy', 'Available', 'Succeeded', 'Synced', 'Attached'];
const BAD = ['Failed', 'Stalled', 'Degraded'];
/** Milliseconds; the operator may be about to update the status. */
const GRACE_MS = 15_000;
/** Reasons that the operator does not retry. */
const TERMINAL =
  /^(RolloutAborted|ProgressDeadlineExceeded|RevisionFailed|ContainerMissing|ExitCode\d+|Failed|Denied|Unsupported\w*|Invalid\w*|\w*Invalid|ValidationFailed|ConfigurationError|ConfigError)$/;
/** Milliseconds for those that it may retry after all. */
const TERMINAL_GRACE_MS = 60_000;
const SURE = /^(RolloutAborted|ProgressDeadlineExceeded|RevisionFailed)$/;
/** Milliseconds within which an operator has seen the object, if there is one. */
const OPERATOR_LOOKS_WITHIN_MS = 3_000;

interface Status {
  conditions?: Condition[];
  observedGeneration?: number;
  phase?: unknown;
  message?: unknown;
}

/**
 * Any other kind, by the conventions of conditions and phases.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 *
 * Ready when
 *   1. its controller has observed the present generation, where status.observedGeneration or that of a condition says so;
 *   2. no condition of `BAD` is True, and status.phase is none of those that say "failed", "paused" or "in progress";
 *   3. every condition of `GOOD` that it has is True, and Progressing is not False for a terminal reason.
 * Without conditions and phase it is ready: at once for a kind of the API server, after a moment for another one, whose
 * operator may be about to write a status.
 *
 * Failed when
 *   1. a condition of `BAD` is True;
 *   2. its phase says "failed";
 *   3. Progressing or a condition of `GOOD` is False for a terminal reason.
 */
export function byConditions(object: KubeObject): Verdict {
  const status = (object.status ?? {}) as Status;
  if (status.observedGeneration !== undefined && unobserved(object)) return notObserved(object);
  const all = status.conditions ?? [];
  const isOld = ({ observedGeneration: seen }: Condition) =>
    seen !== undefined && seen < (object.metadata.generation ?? 0);
  const current = all.filter((one) => !isOld(one));
  const bad = current.find((one) => BAD.includes(one.type) && one.status === 'True');
  if (bad) return failed(`${bad.type}: ${wordsOf(bad)}`, remedyOf(object), { graceMs: GRACE_MS });
  const ended = current.find((one) => [...GOOD, 'Progressing'].includes(one.type) && isTerminal(one));
  if (ended) {
    const graceMs = SURE.test(ended.reason ?? '') ? GRACE_MS : TERMINAL_GRACE_MS;
    return failed(`not ${ended.type}: ${wordsOf(ended)}`, remedyOf(object), { graceMs });
  }
  const phase = phaseVerdict(status.phase, status.message, remedyOf(object));
  if (phase) return phase;
  const good = GOOD.flatMap((type) => all.find((one) => one.type === type) ?? []);
  if (good.some(isOld)) return notObserved(object);
  const missing = good.find((one) => one.status !== 'True');
  if (missing) {
    const words = wordsOf(missing);
    return waiting(`not ${missing.type} yet${words ? `: ${words}` : ''}`, { remedy: remedyOf(object) });
  }
  const verdict = ready(good[0] ? good[0].type : 'it is there');
  const dated = status.observedGeneration !== undefined || good.some((one) => one.observedGeneration !== undefined);
  return dated || isBuiltIn(object) ? verdict : { ...verdict, afterMs: OPERATOR_LOOKS_WITHIN_MS };
}

function isTerminal({ status, reason = '' }: Condition): boolean {
  return status === 'False' && TERMINAL.test(reason);
}

/** The remedy appears early in the log: without a controller the wait is in vain. */
function notObserved(object: KubeObject): Verdict {
  const kind = `${object.kind} of ${object.apiVersion.split('/')[0]}`;
  return waiting('its controller has not observed the new version yet', {
    remedy: `Check that the controller for ${kind} runs and watches namespace ${object.metadata.namespace}: so far nothing has updated status.observedGeneration.`,
  });
}

function wordsOf({ reason, message }: Condition): string {
  return message || reason || '';
}

function remedyOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.split('/')[0];
  const within = metadata.namespace ? `-n ${metadata.namespace} ` : '';
  return `See its status: kubectl ${within}describe ${kind.toLowerCase()}.${group} ${metadata.name}; and the log of its controller.`;
}

/** Groups of the API server itself. Those of the Kubernetes project that are definitions end in x-k8s.io, or differently. */
const OWN_GROUPS = new Set(
  [
    'admissionregistration',
    'apiextensions',
    'apiregistration',
    'certificates',
    'coordination',
    'discovery',
    'events',
    'flowcontrol.apiserver',
    'networking',
    'node',
    'rbac.authorization',
    'resource',
    'scheduling',
    'storage',
  ].map((name) => `${name}.k8s.io`),
);

function isBuiltIn({ apiVersion }: KubeObject): boolean {
  const [group = '', version] = apiVersion.split('/');
  return version === undefined || !group.includes('.') || OWN_GROUPS.has(group);
}

import type { KubeObject } from '../ports.ts';
import { type Condition, failed, ready, unobserved, type Verdict, waiting } from './verdict.ts';

/** Conditions that operators use for "it works" and for "it does not". */
const GOOD = ['Ready', 'Available', 'Healthy', 'Succeeded', 'Synced', 'Attached'];
const BAD = ['Failed', 'Stalled', 'Degraded'];
/** An operator may be at it. */
const GRACE_MS = 15_000;
/** Reasons of a False that speak of the object itself; an operator that tries again after them has had this long. */
const FINAL = /^(Failed|Denied|Unsupported\w*|Invalid\w*|\w*Invalid|ValidationFailed|ConfigurationError|ConfigError)$/;
const FINAL_GRACE_MS = 60_000;
/** Until then an operator has looked at what was written, or there is none. */
const OPERATOR_LOOKS_WITHIN_MS = 3_000;

interface Status {
  conditions?: Condition[];
  observedGeneration?: number;
}

/**
 * Any other object: by its conditions where it has some. What has no status that could tell is ready: at once where the API
 * server itself is all there is behind it, and after a moment where an operator may be about to write one.
 */
export function byConditions(object: KubeObject): Verdict {
  const status = (object.status ?? {}) as Status;
  if (status.observedGeneration !== undefined && unobserved(object)) {
    return waiting('its controller has not seen the new version yet');
  }
  const all = status.conditions ?? [];
  const conditions = all.filter((one) => !isOld(one, object));
  const bad = conditions.find((one) => BAD.includes(one.type) && one.status === 'True');
  if (bad) return failed(`${bad.type}: ${wordsOf(bad)}`, remedyOf(object), { graceMs: GRACE_MS });
  const good = GOOD.map((type) => all.find((one) => one.type === type)).find((one) => one !== undefined);
  if (good && isOld(good, object)) return waiting('its controller has not seen the new version yet');
  if (good?.status === 'False' && FINAL.test(good.reason ?? '')) {
    return failed(`not ${good.type}: ${wordsOf(good)}`, remedyOf(object), { graceMs: FINAL_GRACE_MS });
  }
  if (good && good.status !== 'True') {
    const words = wordsOf(good);
    return waiting(`not ${good.type} yet${words ? `: ${words}` : ''}`, { remedy: remedyOf(object) });
  }
  const verdict = ready(good ? `${good.type}` : 'it is there');
  const dated = status.observedGeneration !== undefined || good?.observedGeneration !== undefined;
  return dated || isBuiltIn(object) ? verdict : { ...verdict, afterMs: OPERATOR_LOOKS_WITHIN_MS };
}

function isOld(one: Condition, object: KubeObject): boolean {
  return one.observedGeneration !== undefined && one.observedGeneration < (object.metadata.generation ?? 0);
}

function wordsOf({ reason, message }: Condition): string {
  return message || reason || '';
}

function remedyOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.split('/')[0];
  const within = metadata.namespace ? `-n ${metadata.namespace} ` : '';
  return `See what its controller says: kubectl ${within}describe ${kind.toLowerCase()}.${group} ${metadata.name}; and the log of that controller.`;
}

/** Groups of the API server itself; those of the Kubernetes project that are definitions are named x-k8s.io or otherwise. */
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

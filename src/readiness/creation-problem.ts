import type { KubeObject } from '../ports.ts';
import { inOrder } from '../text/in-order.ts';
import { policyDenial } from './policy-denial.ts';
import { type Condition, condition, failed, type Surroundings, type Verdict, waiting } from './verdict.ts';

/** Milliseconds; pods of the version before, or of a neighbour, may be about to free a quota. */
const QUOTA_GRACE_MS = 15_000;
/** Milliseconds; a ServiceAccount of the same run may not have reached the cache of the admission plugin. */
const CACHE_GRACE_MS = 5_000;

/** The words of controllers and of the API server before the reason. */
const PREFIXES =
  /^(\(combined from similar events\): |Error creating: |create Pod \S+ in StatefulSet \S+ failed error: |Failed to create new replica set "[^"]*": |(pods|replicasets\.apps) "[^"]*" is forbidden: )+/;

interface ReplicaSetView {
  status?: { conditions?: Condition[] };
}

/** Why a ReplicaSet has no pods. Its condition keeps the first refusal; the newest event has the present reason. */
export function cannotCreate(replicaSet: KubeObject, near: Surroundings): Verdict | undefined {
  const { status } = replicaSet as unknown as ReplicaSetView;
  const failure = condition(status?.conditions, 'ReplicaFailure');
  if (failure?.status !== 'True') return undefined;
  const last = near.warnings(replicaSet.metadata.uid).findLast((event) => event.reason === 'FailedCreate');
  return creationProblem(last?.message ?? failure.message ?? failure.reason ?? '');
}

/** Why a controller cannot create pods: the message of a ReplicaFailure condition or a FailedCreate event. */
export function creationProblem(message: string): Verdict {
  const text = message.replace(PREFIXES, '');
  if (isQuota(message)) {
    return failed(
      `its pods are refused by a quota of the namespace: ${text}`,
      'Lower deploy.resources or deploy.replicas, or raise the ResourceQuota or LimitRange. A rolling update needs room for one pod more.',
      { graceMs: QUOTA_GRACE_MS },
    );
  }
  const missing = missingClass(message);
  if (missing) {
    return failed(
      `its pods need the ${missing}, which does not exist`,
      'Correct its name, or ask the administrator of the cluster to create it.',
      { graceMs: CACHE_GRACE_MS },
    );
  }
  if (/unable to validate against any security context constraint/.test(message)) {
    return failed(
      `its pods are refused by the security context constraints of the cluster (OpenShift): ${text}`,
      'Change the securityContext of the pods, or let the ServiceAccount use a constraint that allows it: oc adm policy add-scc-to-user.',
    );
  }
  const account = /serviceaccount "([^"]+)" not found/.exec(message)?.[1];
  if (account) {
    return failed(
      `its pods need the ServiceAccount ${account}, which does not exist in the namespace`,
      'Add the ServiceAccount to the manifests, or correct its name.',
      { graceMs: CACHE_GRACE_MS },
    );
  }
  if (/violates PodSecurity/.test(message)) {
    return failed(
      `its pods are refused by the Pod Security of the namespace: ${text}`,
      'Change the securityContext of the pods, or the label pod-security.kubernetes.io/enforce of the namespace.',
    );
  }
  const denied = policyDenial(message);
  if (denied) return failed(`its pods are refused by ${denied.name}: ${text}`, denied.remedy);
  return waiting(`its pods cannot be created at the moment: ${text}`);
}

/** The kind and name of a class that a pod names and the cluster does not have. */
function missingClass(message: string): string | undefined {
  const priority = /no PriorityClass with name (\S+) was found/.exec(message)?.[1];
  if (priority) return `PriorityClass ${priority}`;
  const runtime = /RuntimeClass "([^"]+)" not found/.exec(message)?.[1];
  return runtime && `RuntimeClass ${runtime}`;
}

function isQuota(message: string): boolean {
  const isLimit = inOrder(message, 'maximum ', ' usage per') || inOrder(message, 'minimum ', ' usage per');
  return isLimit || message.includes('exceeded quota');
}

import { claimProblem } from './claim-problem.ts';
import type { PodView } from './pod-view.ts';
import { condition, failed, type Surroundings, type Verdict, waiting } from './verdict.ts';

/** Milliseconds; the scheduler may not have seen a claim of the same run yet. */
const GRACE_MS = 5_000;

/** The words of the scheduler, and what to change about each. @see https://github.com/kubernetes/kubernetes/tree/v1.34.0/pkg/scheduler/framework/plugins */
const ADVICE: readonly [RegExp, string][] = [
  [/Insufficient (\S+?)[.,]?( |$)/, 'Add nodes, or ask for less (deploy.resources; resources.requests of a manifest).'],
  [/Too many pods/, 'Add nodes: those that fit run as many pods as they may.'],
  [
    /free ports for the requested pod ports/,
    'Another pod on each node has this hostPort. If that is the pod that this rollout replaces, use strategy Recreate or maxSurge: 0 with maxUnavailable: 1; better, use a Service in place of hostPort.',
  ],
  [
    /didn't match Pod's node affinity\/selector/,
    'No free node has the labels that nodeSelector or nodeAffinity asks for: correct them, or label a node.',
  ],
  [/had untolerated taint|had taint/, 'Add a toleration for this taint, or a node without it.'],
  [
    /pod anti-affinity|pod affinity rules/,
    'Loosen podAffinity or podAntiAffinity (preferred in place of required), or add nodes.',
  ],
  [/topology spread constraints/, 'Set whenUnsatisfiable: ScheduleAnyway, or add nodes in the missing zones.'],
  [
    /volume node affinity conflict|exceed max volume count|volume limits/,
    'The volume is in another zone than the free nodes, or they have no room for another volume: add a node there.',
  ],
  [/were unschedulable|was unschedulable/, 'A node is cordoned: kubectl get nodes; kubectl uncordon <node>.'],
  [/no nodes available to schedule pods/, 'The cluster has no node: add one.'],
];
const ANY = 'Add nodes, or correct what the pod asks of them: resources, nodeSelector, tolerations.';

/** The only reason, of all nodes, is a hostPort that another pod holds. */
export function lacksHostPort(pod: PodView): boolean {
  const message = unscheduledMessage(pod) ?? '';
  return /^\d+\/(\d+) nodes are available: \1 node\(s\) didn't have free ports/.test(message);
}

/** Why no node takes a pod. Waits, because a full cluster may grow, unless the pod needs a claim that cannot exist. */
export function schedulingProblem(pod: PodView, near: Surroundings): Verdict | undefined {
  const message = unscheduledMessage(pod);
  if (message === undefined) return undefined;
  const claim = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  if (claim) {
    return failed(
      `it needs the PersistentVolumeClaim ${claim}, which does not exist in the namespace`,
      'Add the claim to the manifests, or correct its name.',
      { graceMs: GRACE_MS },
    );
  }
  if (/unbound immediate PersistentVolumeClaims/.test(message)) return unbound(pod, near, message);
  const remedies = ADVICE.filter(([words]) => words.test(message)).map(([, advice]) => advice);
  return waiting(`no node takes the pod: ${message}`, { remedy: remedies.slice(0, 2).join(' ') || ANY });
}

function unscheduledMessage(pod: PodView): string | undefined {
  const scheduled = condition(pod.status?.conditions, 'PodScheduled');
  return scheduled?.status === 'False' ? (scheduled.message ?? scheduled.reason ?? '') : undefined;
}

/** The events of the claim hold the cause, which the scheduler does not report. */
function unbound(pod: PodView, near: Surroundings, message: string): Verdict {
  const names = (pod.spec.volumes ?? []).flatMap((one) => one.persistentVolumeClaim?.claimName ?? []);
  for (const name of names) {
    const last = near.warningsNamed('PersistentVolumeClaim', name).at(-1);
    if (last) return claimProblem(last.message, `its PersistentVolumeClaim ${name}`);
  }
  return waiting(`no node takes the pod: ${message}`, {
    remedy:
      `See why the claim is not bound: kubectl -n ${pod.metadata.namespace} describe pvc ${names.join(' ')}`.trimEnd(),
  });
}

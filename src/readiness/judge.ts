import { groupOf } from '../objects/ref.ts';
import type { Kind, KubeObject } from '../ports.ts';
import { byConditions } from './by-conditions.ts';
import { cronJob } from './cron-job.ts';
import { customResourceDefinition } from './custom-resource-definition.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { httpRoute } from './http-route.ts';
import { ingress } from './ingress.ts';
import { job } from './job.ts';
import { managedCertificate } from './managed-certificate.ts';
import { persistentVolumeClaim } from './persistent-volume-claim.ts';
import { pod } from './pod.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import { replicaSet } from './replica-set.ts';
import { service } from './service.ts';
import { statefulSet } from './stateful-set.ts';
import type { Surroundings, Verdict } from './verdict.ts';

/** One kind: its readiness function, and the kinds around it that the function needs. */
interface Entry {
  judge(object: KubeObject, near: Surroundings): Verdict;
  watches: readonly Kind[];
}

const POD: Kind = { apiVersion: 'v1', kind: 'Pod' };
const REPLICA_SET: Kind = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };

/** By group and kind: the versions of a kind do not differ in the fields that are read. */
const KINDS: Record<string, Entry> = {
  'apps/Deployment': { judge: deployment, watches: [REPLICA_SET, POD] },
  'apps/ReplicaSet': { judge: replicaSet, watches: [POD] },
  'apps/StatefulSet': { judge: statefulSet, watches: [POD] },
  'apps/DaemonSet': { judge: daemonSet, watches: [POD] },
  'batch/Job': { judge: job, watches: [POD] },
  'batch/CronJob': { judge: cronJob, watches: [] },
  '/Pod': { judge: pod, watches: [] },
  '/ReplicationController': { judge: replicaSet, watches: [POD] },
  '/Service': { judge: service, watches: [] },
  '/PersistentVolumeClaim': { judge: persistentVolumeClaim, watches: [] },
  'networking.k8s.io/Ingress': { judge: ingress, watches: [] },
  'gateway.networking.k8s.io/HTTPRoute': { judge: httpRoute, watches: [] },
  'networking.gke.io/ManagedCertificate': { judge: managedCertificate, watches: [] },
  'autoscaling/HorizontalPodAutoscaler': { judge: horizontalPodAutoscaler, watches: [] },
  'policy/PodDisruptionBudget': { judge: podDisruptionBudget, watches: [] },
  'apiextensions.k8s.io/CustomResourceDefinition': { judge: customResourceDefinition, watches: [] },
};

/** Whether an object is waiting, ready or failed, with a sentence that a person can act on. */
export function judge(object: KubeObject, near: Surroundings): Verdict {
  return entryOf(object).judge(object, near);
}

/** The kinds, besides its own, that must be watched to judge an object of this kind. */
export function watchesOf(kind: Kind): readonly Kind[] {
  return entryOf(kind).watches;
}

function entryOf(kind: Kind): Entry {
  return KINDS[`${groupOf(kind)}/${kind.kind}`] ?? { judge: byConditions, watches: [] };
}

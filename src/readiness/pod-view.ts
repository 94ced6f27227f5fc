import type { KubeObject, ObjectRef } from '../ports.ts';
import type { Condition, Culprit } from './verdict.ts';

/** The fields of a Pod that are read. @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export interface PodView extends KubeObject {
  spec: {
    nodeName?: string;
    restartPolicy?: string;
    readinessGates?: { conditionType: string }[];
    containers: ContainerSpec[];
    initContainers?: ContainerSpec[];
    imagePullSecrets?: { name?: string }[];
    volumes?: { persistentVolumeClaim?: { claimName: string } }[];
  };
  status?: {
    phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    reason?: string;
    message?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface ContainerSpec {
  name: string;
  image?: string;
  env?: { name: string }[];
  /** `Always` for an init container that runs beside the others. */
  restartPolicy?: string;
  ports?: { name?: string; containerPort: number }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
}

export interface Probe {
  httpGet?: { path?: string; port: number | string; httpHeaders?: { name: string; value: string }[] };
  tcpSocket?: { port: number | string };
  grpc?: { port: number };
  exec?: { command?: string[] };
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  failureThreshold?: number;
}

export interface ContainerStatus {
  name: string;
  image?: string;
  imageID?: string;
  ready?: boolean;
  started?: boolean;
  restartCount: number;
  state?: KubeContainerState;
  lastState?: KubeContainerState;
}

export interface KubeContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: Terminated;
}

export interface Terminated {
  exitCode: number;
  signal?: number;
  reason?: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
}

/** A Pod as this folder reads it. */
export function podView(object: KubeObject): PodView {
  return object as PodView;
}

/** The statuses of all containers, in the order in which they run. */
export function statusesOf({ status = {} }: PodView): ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
}

export function isReadyPod(pod: PodView): boolean {
  return pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
}

/** The reasons that a node gives when it cannot keep or take a pod. @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
const BY_THE_NODE =
  /^(Evicted|Preempting|NodeShutdown|Terminated|Shutdown|NodeLost|NodeAffinity|OutOf\w+|UnexpectedAdmissionError|PreemptContainer)$/;

/** Being deleted, or ended through no fault of its own: its controller replaces it. */
export function isGoing(pod: PodView): boolean {
  return pod.metadata.deletionTimestamp !== undefined || isDisrupted(pod);
}

/** Ended by its node, by the scheduler or by an eviction: the image and its configuration are not the cause. */
export function isDisrupted({ status }: PodView): boolean {
  if (status?.phase !== 'Failed') return false;
  const disrupted = status.conditions?.some((one) => one.type === 'DisruptionTarget' && one.status === 'True') ?? false;
  return disrupted || BY_THE_NODE.test(status.reason ?? '');
}

function refOfPod(pod: PodView): ObjectRef {
  const { name, namespace } = pod.metadata;
  return { apiVersion: 'v1', kind: 'Pod', name, ...(namespace ? { namespace } : {}) };
}

export function culpritOf(pod: PodView, container: string, previous = false): Culprit {
  return { pod: refOfPod(pod), container, previous };
}

/** Names of the init containers that run beside the others and end after them. */
export function sidecarsOf({ spec }: PodView): string[] {
  return (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name);
}

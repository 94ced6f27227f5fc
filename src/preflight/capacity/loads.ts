import { fields, list, textOf } from '../../objects/fields.ts';
import { nativeSidecars } from '../../objects/native-sidecars.ts';
import { type Container, type PodSpec, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { quantityOf } from '../../text/quantity.ts';

/** CPU in cores, and memory in bytes. */
export interface Amount {
  cpu: number;
  memory: number;
}

/** Pods that run all the time. */
export interface ProcessLoad {
  /** Environment, kind and name. */
  name: string;
  environment: string;
  /** Requests of one pod. */
  pod: Amount;
  replicas: number;
  /** Most pods that an autoscaler makes; `replicas` without one. */
  most: number;
  /** Further pods during a rollout. */
  surge: number;
}

/** Pods that run by a schedule. */
export interface CronLoad {
  name: string;
  pod: Amount;
  /** Pods of one run side by side. */
  parallelism: number;
  schedule: string;
  timeZone: string;
  /** Length of a run. */
  minutes: number;
  /** The length is not in the object: it is assumed. */
  assumed: boolean;
  policy: 'Forbid' | 'Replace' | 'Allow';
  suspended: boolean;
}

export interface Loads {
  processes: ProcessLoad[];
  crons: CronLoad[];
  /** Names of those without a request of CPU or memory: the scheduler does not see them. */
  unseen: string[];
}

const NOTHING: Amount = { cpu: 0, memory: 0 };
export const ASSUMED_MINUTES = 10;
const DEFAULT_SURGE = '25%';

export function plus(a: Amount, b: Amount): Amount {
  return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory };
}

export function times({ cpu, memory }: Amount, count: number): Amount {
  return { cpu: cpu * count, memory: memory * count };
}

function larger(a: Amount, b: Amount): Amount {
  return { cpu: Math.max(a.cpu, b.cpu), memory: Math.max(a.memory, b.memory) };
}

/** What the objects of one environment ask of the nodes. A DaemonSet has a pod on each node, which no rollout decides about. */
export function loadsOf(environment: string, objects: readonly KubeObject[]): Loads {
  const loads: Loads = { processes: [], crons: [], unseen: [] };
  for (const object of objects) {
    const template = podTemplateOf(object);
    if (!template) continue;
    const name = `${environment}: ${object.kind} ${object.metadata.name}`;
    const pod = podRequests(template.spec);
    if (object.kind === 'CronJob') loads.crons.push(cronLoad(name, pod, fields(object.spec)));
    else if (object.kind === 'Deployment' || object.kind === 'StatefulSet')
      loads.processes.push({ name, environment, pod, ...podsOf(object, objects) });
    else continue;
    if (pod.cpu === 0 || pod.memory === 0) loads.unseen.push(name);
  }
  return loads;
}

/**
 * The requests of a pod: of all containers and native sidecars, or of the largest init container with the sidecars before it.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function podRequests(spec: PodSpec): Amount {
  const sidecars = new Set<Container>(nativeSidecars(spec));
  let before = NOTHING;
  let initial = NOTHING;
  for (const container of list(spec.initContainers) as unknown as Container[]) {
    if (sidecars.has(container)) before = plus(before, requestsOf(container));
    else initial = larger(initial, plus(before, requestsOf(container)));
  }
  const running = spec.containers.reduce((sum, container) => plus(sum, requestsOf(container)), before);
  return larger(running, initial);
}

/** Without a request, Kubernetes takes the limit. */
function requestsOf({ resources }: Container): Amount {
  const { requests, limits } = fields(resources);
  const amount = (key: 'cpu' | 'memory') => quantityOf(String(fields(requests)[key] ?? fields(limits)[key] ?? '')) ?? 0;
  return { cpu: amount('cpu'), memory: amount('memory') };
}

function podsOf(
  { kind, metadata, spec }: KubeObject,
  objects: readonly KubeObject[],
): Pick<ProcessLoad, 'replicas' | 'most' | 'surge'> {
  const scaler = objects.find((one) => {
    const { kind: target, name } = fields(fields(one.spec).scaleTargetRef);
    return one.kind === 'HorizontalPodAutoscaler' && target === kind && name === metadata.name;
  });
  const { minReplicas = 1, maxReplicas } = fields(scaler?.spec);
  const { replicas: own = 1, strategy } = fields(spec);
  const replicas = Number(scaler ? minReplicas : own);
  const most = Math.max(replicas, Number(maxReplicas ?? replicas));
  return { replicas, most, surge: kind === 'Deployment' ? surgeOf(fields(strategy), most) : 0 };
}

function surgeOf({ type, rollingUpdate }: Record<string, unknown>, pods: number): number {
  if (type === 'Recreate') return 0;
  const given = fields(rollingUpdate).maxSurge ?? DEFAULT_SURGE;
  const percent = /^(\d{1,3})%$/.exec(String(given))?.[1];
  return percent === undefined ? Number(given) || 0 : Math.ceil((Number(percent) * pods) / 100);
}

function cronLoad(name: string, pod: Amount, spec: Record<string, unknown>): CronLoad {
  const job = fields(fields(spec.jobTemplate).spec);
  const seconds = job.activeDeadlineSeconds;
  const policy = textOf(spec.concurrencyPolicy);
  return {
    name,
    pod,
    parallelism: Number(job.parallelism ?? 1),
    schedule: textOf(spec.schedule),
    timeZone: textOf(spec.timeZone) || 'Etc/UTC',
    minutes: typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds / 60)) : ASSUMED_MINUTES,
    assumed: typeof seconds !== 'number',
    policy: policy === 'Forbid' || policy === 'Replace' ? policy : 'Allow',
    suspended: spec.suspend === true,
  };
}

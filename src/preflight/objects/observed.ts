import { fields, list, textOf } from '../../objects/fields.ts';
import { type PodTemplate, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import type { Place } from '../finding.ts';

/** Where an object is written: a line of a file, which `near` narrows. */
export type Placer = (object: KubeObject, near: string) => Pick<Place, 'file' | 'line'> | undefined;

/** The objects of one environment. */
export interface Observed {
  environment: string;
  objects: readonly KubeObject[];
  /** Releases come by promotion alone: what visitors use. */
  production: boolean;
  /** A chart was rendered without the cluster: with it, the chart may write other API versions. */
  rendersByVersion?: boolean | undefined;
  /** Repositories of the app's own images, which Slipway deploys by digest. */
  own?: readonly string[] | undefined;
  /** Addresses of the live cluster: address → what has it, such as `Service parking-db`. undefined: not asked. */
  live?: ReadonlyMap<string, string> | undefined;
  /** undefined: the source of the objects is not known. */
  placer?: Placer | undefined;
}

/** A workload and its pods. */
export interface Workload {
  object: KubeObject;
  template: PodTemplate;
}

/** @param near a text of the line that is meant; default: the line of the kind */
export function at(object: KubeObject, { environment, placer }: Observed, near = ''): Place {
  return { environment, object: `${object.kind} ${object.metadata.name}`, ...placer?.(object, near) };
}

export function replicasOf({ spec }: KubeObject): number {
  return Number(fields(spec).replicas ?? 1);
}

/** Pods that run until they are replaced. */
const SERVING = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'];

export function servingWorkloads({ objects }: Observed): Workload[] {
  return objects.flatMap((object) => {
    const template = SERVING.includes(object.kind) ? podTemplateOf(object) : undefined;
    return template === undefined ? [] : [{ object, template }];
  });
}

const SCALERS = ['HorizontalPodAutoscaler', 'ScaledObject'];

/** The most pods that an autoscaler makes of it; undefined without one. */
export function scaledTo(object: KubeObject, { objects }: Observed): number | undefined {
  const scaler = objects.find(({ kind, spec }) => {
    const { name } = fields(fields(spec).scaleTargetRef);
    return SCALERS.includes(kind) && name === object.metadata.name;
  });
  const { maxReplicas, maxReplicaCount } = fields(scaler?.spec);
  return scaler && Number(maxReplicas ?? maxReplicaCount ?? 100);
}

/** The most pods of it at once, besides a rollout. */
export function mostPods(object: KubeObject, all: Observed): number {
  return Math.max(replicasOf(object), scaledTo(object, all) ?? 0);
}

export function sameNamespace(one: KubeObject, other: KubeObject): boolean {
  const [a, b] = [one.metadata.namespace, other.metadata.namespace];
  return a === undefined || b === undefined || a === b;
}

/** Whether labels have all those of a selector; an empty selector selects nothing. */
export function selects(matchLabels: unknown, template: PodTemplate): boolean {
  const labels = fields(template.metadata?.labels);
  const wanted = Object.entries(fields(matchLabels));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** The Services before pods. */
export function servicesBefore({ object, template }: Workload, { objects }: Observed): KubeObject[] {
  return objects.filter(
    (one) => one.kind === 'Service' && sameNamespace(one, object) && selects(fields(one.spec).selector, template),
  );
}

/** A Service that is a name for each pod, and distributes nothing. */
export function isHeadless({ spec }: KubeObject): boolean {
  return fields(spec).clusterIP === 'None';
}

/** The workloads behind a Service. */
export function workloadsBehind(service: KubeObject, all: Observed): Workload[] {
  const { selector } = fields(service.spec);
  return servingWorkloads(all).filter(
    ({ object, template }) => sameNamespace(object, service) && selects(selector, template),
  );
}

/** A port of a Service, by number or name. */
export function servicePort(service: KubeObject, wanted: unknown): Record<string, unknown> | undefined {
  return list(fields(service.spec).ports).find(({ port, name }) => wanted === port || wanted === name);
}

/** The container and its port that a port of a Service leads to. */
export function targetOf(
  port: Record<string, unknown>,
  { template }: Workload,
): { container: Record<string, unknown>; number: number } | undefined {
  const wanted = port.targetPort ?? port.port;
  for (const container of list(template.spec.containers)) {
    const own = list(container.ports).find(({ containerPort, name }) => wanted === containerPort || wanted === name);
    if (own) return { container, number: Number(own.containerPort) };
  }
  const [only, ...more] = list(template.spec.containers);
  const number = Number(wanted);
  return only && more.length === 0 && Number.isInteger(number) ? { container: only, number } : undefined;
}

/** Values of a container in plain text, by the name of the variable; arguments have the name `args`. */
export function textsOf(container: Record<string, unknown>): { name: string; value: string }[] {
  const variables = list(container.env).map(({ name, value }) => ({ name: textOf(name), value: textOf(value) }));
  const words = [container.command, container.args].flatMap((part) => (Array.isArray(part) ? part.map(String) : []));
  return [...variables, ...words.map((value) => ({ name: 'args', value }))].filter(({ value }) => value !== '');
}

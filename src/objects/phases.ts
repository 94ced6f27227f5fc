import type { Kind, KubeObject } from '../ports.ts';
import { feedsSecrets, makesSecrets } from './makes-secrets.ts';
import { ANNOTATIONS, LABELS } from './names.ts';

/** The order in which Slipway writes objects: an object comes after those that it needs. */
export const PHASES = ['definitions', 'configuration', 'backing', 'workloads', 'rest'] as const;
export type Phase = (typeof PHASES)[number];

/** Component of the objects of a service that Slipway runs beside the app, and that the app needs when it starts. */
export const BACKING_SERVICE = 'service';

const DEFINITIONS = new Set(['Namespace', 'CustomResourceDefinition']);
const CONFIGURATION = new Set([
  'ConfigMap',
  'LimitRange',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'Role',
  'RoleBinding',
  'Secret',
  'ServiceAccount',
]);
const WORKLOADS = new Set(['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'StatefulSet']);

/** The phase in which Slipway writes an object of this kind. */
export function phaseOf({ apiVersion, kind }: Kind): Phase {
  const custom = { apiVersion, kind };
  if (DEFINITIONS.has(kind)) return 'definitions';
  if (CONFIGURATION.has(kind) || makesSecrets(custom) || feedsSecrets(custom)) return 'configuration';
  return WORKLOADS.has(kind) ? 'workloads' : 'rest';
}

/** Whether a configuration object needs another one: a RoleBinding its Role, an ExternalSecret its SecretStore. */
export function needsConfiguration(object: Kind): boolean {
  return object.kind === 'RoleBinding' || makesSecrets(object);
}

/** A service of a persistent environment. Services of a review environment start with its database, before the app is written. */
function isBacking({ metadata: { labels = {} } }: KubeObject): boolean {
  const { [LABELS.component]: component, [LABELS.managedBy]: by, [LABELS.part]: part } = labels;
  return (
    component === BACKING_SERVICE && by === 'slipway' && part !== undefined && labels[LABELS.environment] !== undefined
  );
}

/** The objects of each phase; within a phase the order does not matter. */
export function byPhase<T extends KubeObject>(objects: readonly T[]): Record<Phase, T[]> {
  const phases: Record<Phase, T[]> = { definitions: [], configuration: [], backing: [], workloads: [], rest: [] };
  for (const object of objects) phases[isBacking(object) ? 'backing' : phaseOf(object)].push(object);
  return phases;
}

/** Workloads that are written together, and those that must be ready before that. */
export interface Wave<T> {
  objects: T[];
  after: T[];
}

/**
 * The order in which workloads are written: each as soon as all that its annotation names are ready. Names of workloads that
 * are not among the objects have no effect. There is at least one wave.
 */
export function wavesOf<T extends KubeObject>(workloads: readonly T[]): Wave<T>[] {
  const waves: Wave<T>[] = [];
  let left = [...workloads];
  const needed = (object: T) => {
    const names = object.metadata.annotations?.[ANNOTATIONS.after]?.split(',') ?? [];
    return workloads.filter((other) => other !== object && names.includes(other.metadata.name));
  };
  do {
    const free = left.filter((object) => !needed(object).some((other) => left.includes(other)));
    // Objects that wait for each other, which only hand-written annotations can do, are written together.
    const objects = free.length > 0 ? free : left;
    waves.push({ objects, after: [...new Set(objects.flatMap(needed))].filter((one) => !left.includes(one)) });
    left = left.filter((object) => !objects.includes(object));
  } while (left.length > 0);
  return waves;
}

const ROUTES = new Set(['Ingress', 'IngressRoute', 'VirtualService']);

/** Whether requests from outside follow this object to a Service. */
export function isRoute({ kind }: Kind): boolean {
  return ROUTES.has(kind) || /^[A-Z]+Route$/.test(kind);
}

import type { Kind, KubeObject } from '../ports.ts';
import { feedsSecrets, makesSecrets } from './makes-secrets.ts';
import { LABELS } from './names.ts';

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

function isBacking({ metadata: { labels = {} } }: KubeObject): boolean {
  const { [LABELS.component]: component, [LABELS.managedBy]: by, [LABELS.part]: part } = labels;
  return component === BACKING_SERVICE && by === 'slipway' && part !== undefined;
}

/** The objects of each phase; within a phase the order does not matter. */
export function byPhase<T extends KubeObject>(objects: readonly T[]): Record<Phase, T[]> {
  const phases: Record<Phase, T[]> = { definitions: [], configuration: [], backing: [], workloads: [], rest: [] };
  for (const object of objects) phases[isBacking(object) ? 'backing' : phaseOf(object)].push(object);
  return phases;
}

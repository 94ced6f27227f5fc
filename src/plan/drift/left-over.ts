import { LABELS } from '../../objects/names.ts';
import { groupOf } from '../../objects/ref.ts';
import { newestFirst, type Release, releaseId } from '../../objects/release.ts';
import { RELEASE_OBJECTS_TYPE, RELEASE_TYPE } from '../../objects/release-record.ts';
import { SECRET_ENV } from '../../objects/secret-env/secret-env.ts';
import type { Kind, KubeObject } from '../../ports.ts';

/** Kinds of possible left-over objects, besides those in the records. */
const COMMON: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
];

/** The kinds to search, each once. */
export function kindsOf(releases: readonly Release[]): Kind[] {
  const recorded = releases.flatMap(({ objects }) => objects.map(({ apiVersion, kind }) => ({ apiVersion, kind })));
  return [...new Map([...COMMON, ...recorded].map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind])).values()];
}

/** The labels of the objects of an app in an environment. */
export function ownSelector(app: string, environment: string): string {
  return `${LABELS.app}=${app},${LABELS.environment}=${environment}`;
}

/**
 * Whether an object with the labels of Slipway is not part of the release, and is no record, no migration, no Secret of secretEnv
 * and no object of a controller.
 */
export function isLeftOver(object: KubeObject, good: Release): boolean {
  if (
    object.type === RELEASE_TYPE ||
    object.type === RELEASE_OBJECTS_TYPE ||
    object.metadata.labels?.[LABELS.component] === 'migration' ||
    (object.kind === 'Secret' && object.metadata.labels?.[LABELS.component] === SECRET_ENV)
  )
    return false;
  if (object.metadata.ownerReferences?.some(({ controller }) => controller)) return false;
  return !good.objects.some((recorded) => sameName(recorded, object));
}

/** The newest release whose record contains the object. A later one should have deleted it. */
export function releaseWith(object: KubeObject, releases: readonly Release[]): string | undefined {
  const found = [...releases]
    .sort(newestFirst)
    .find(({ objects }) => objects.some((recorded) => sameName(recorded, object)));
  return found && releaseId(found);
}

/** The version of the group may differ: the server serves an object in each. */
function sameName(a: KubeObject, b: KubeObject): boolean {
  return a.kind === b.kind && groupOf(a) === groupOf(b) && a.metadata.name === b.metadata.name;
}

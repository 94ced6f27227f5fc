import { type SlipwayError, UserError } from '../../errors.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { Cluster, KubeObject, ResourceAttributes } from '../../ports.ts';

const STORAGE_CLASS = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' };
const VOLUME = { apiVersion: 'v1', kind: 'PersistentVolume' };
const QUESTIONS: ResourceAttributes[] = [
  { verb: 'list', group: 'storage.k8s.io', resource: 'storageclasses' },
  { verb: 'list', group: '', resource: 'persistentvolumes' },
];

/** The object to write, and the live object. */
interface Planned {
  object: KubeObject;
  live: KubeObject | undefined;
}

interface ClaimSpec {
  storageClassName?: string;
  volumeName?: string;
}

/**
 * An error for each new claim that can never be bound: its StorageClass does not exist, and no PersistentVolume has the name
 * of that class either (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1). Empty where the account
 * may not list both: then the event of the claim names the class during the wait.
 */
export async function missingClasses(objects: readonly Planned[], cluster: Cluster): Promise<SlipwayError[]> {
  const asked = objects.filter(({ live }) => live === undefined).flatMap(({ object }) => classesOf(object));
  if (asked.length === 0 || !(await cluster.allowed(QUESTIONS)).every((allowed) => allowed)) return [];
  const [classes, volumes] = await Promise.all([cluster.list(STORAGE_CLASS), cluster.list(VOLUME)]);
  const own = objects.filter(({ object }) => object.kind === STORAGE_CLASS.kind).map(({ object }) => object);
  const known = new Set([
    ...[...classes, ...own].map(({ metadata }) => metadata.name),
    ...volumes.map(({ spec }) => (spec as ClaimSpec | undefined)?.storageClassName),
  ]);
  return asked.filter(({ name }) => !known.has(name)).map(({ object, name }) => missing(object, name, classes));
}

/** The classes that a claim, or the claim templates of a StatefulSet, name. */
function classesOf(object: KubeObject): { object: KubeObject; name: string }[] {
  const { volumeClaimTemplates = [] } = (object.spec ?? {}) as { volumeClaimTemplates?: { spec?: ClaimSpec }[] };
  const claims = object.kind === 'PersistentVolumeClaim' ? [object.spec as ClaimSpec] : [];
  const templates = object.kind === 'StatefulSet' ? volumeClaimTemplates.map(({ spec }) => spec) : [];
  return [...claims, ...templates].flatMap((claim) => {
    const name = claim?.volumeName ? '' : (claim?.storageClassName ?? '');
    return name === '' ? [] : [{ object, name }];
  });
}

function missing(object: KubeObject, name: string, classes: readonly KubeObject[]): SlipwayError {
  const names = classes.map(({ metadata }) => metadata.name).sort();
  return new UserError(`${shortName(refOf(object))} asks for the StorageClass ${name}, which does not exist`, {
    details: [names.length > 0 ? `the cluster has: ${names.join(', ')}` : 'the cluster has no StorageClass'],
    remedy: 'Correct storageClassName, or leave it out for the default class.',
  });
}

import type { KubeObject, ObjectRef } from '../ports.ts';

/** Where an object is. */
export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace ? { namespace } : {}) };
}

/** `parking-staging/parking` for a workload, as people say it; with the kind for everything else. */
export function shortName(ref: ObjectRef): string {
  const name = ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name;
  return ref.kind === 'Deployment' ? name : `${ref.kind} ${name}`;
}

import type { KubeObject, ObjectRef } from '../ports.ts';

/** The reference of an object. */
export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace ? { namespace } : {}) };
}

/** The API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: Pick<ObjectRef, 'apiVersion'>): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** `parking-staging/parking` for a Deployment; with the kind for all others. */
export function shortName(ref: ObjectRef): string {
  const name = ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name;
  return ref.kind === 'Deployment' ? name : `${ref.kind} ${name}`;
}

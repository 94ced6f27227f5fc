import type { ApplyOptions, DeleteOptions, KubeObject } from '../../ports.ts';

/** What makes a deletion hold for one version of one object only. */
export function preconditions({ uid, resourceVersion }: DeleteOptions): { preconditions?: Record<string, string> } {
  if (uid === undefined && resourceVersion === undefined) return {};
  return { preconditions: { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) } };
}

/** Parameters of every write: unknown fields are errors. */
export function writeParameters(options: ApplyOptions): Record<string, string | undefined> {
  return {
    fieldManager: options.fieldManager,
    fieldValidation: 'Strict',
    dryRun: options.dryRun ? 'All' : undefined,
  };
}

/** Leaves out the fields of the server: a resourceVersion, for example, would make an apply conditional. */
export function wanted(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  const {
    uid: _1,
    resourceVersion: _2,
    generation: _3,
    creationTimestamp: _4,
    managedFields: _5,
    ...metadata
  } = object.metadata;
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata };
}

import type { KubeObject } from '../ports.ts';
import { LABELS } from './names.ts';

/** Labels that say whose an object is; those of a selector or of pods are not touched. */
export function withOwnLabels(object: KubeObject, labels: Readonly<Record<string, string>>): KubeObject {
  const managedBy = { [LABELS.managedBy]: 'slipway' };
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...managedBy, ...object.metadata.labels, ...labels } },
  };
}

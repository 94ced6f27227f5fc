import type { KubeObject } from '../ports.ts';
import { LABELS } from './names.ts';
import { type Owner, ownerLabels } from './owner.ts';

/**
 * The object with the labels of its owner; those of a selector or of pods are not touched. A definition serves the whole
 * cluster, so it gets none: two environments would take turns in writing theirs.
 */
export function withOwnLabels(object: KubeObject, owner: Owner): KubeObject {
  const labels = object.kind === 'CustomResourceDefinition' ? {} : ownerLabels(owner);
  return {
    ...object,
    metadata: { ...object.metadata, labels: { [LABELS.managedBy]: 'slipway', ...object.metadata.labels, ...labels } },
  };
}

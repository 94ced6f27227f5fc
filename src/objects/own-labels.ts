import type { KubeObject } from '../ports.ts';
import { LABELS } from './names.ts';
import { type Owner, ownerLabels } from './owner.ts';

/**
 * The object with the labels of its owner; selectors and pods stay as they are. A CustomResourceDefinition serves the whole
 * cluster and gets none: two environments would overwrite each other's labels.
 */
export function withOwnLabels(object: KubeObject, owner: Owner): KubeObject {
  const labels = object.kind === 'CustomResourceDefinition' ? {} : ownerLabels(owner);
  return {
    ...object,
    metadata: { ...object.metadata, labels: { [LABELS.managedBy]: 'slipway', ...object.metadata.labels, ...labels } },
  };
}

import type { ObjectMeta } from '../ports.ts';
import { LABELS } from './names.ts';

/** Name, namespace and own labels of an app: the input for the metadata of its objects. */
export interface Labelled {
  /** Name of all its objects: an RFC 1123 label. */
  name: string;
  namespace: string;
  labels: Readonly<Record<string, string>>;
}

/** The role of a pod of an app: the selector matches the pods that serve, and not those that migrate. */
export type Component = 'web' | 'migration';

/**
 * Labels that select the pods of an app. A Deployment's selector can never be changed, so these are few and hold
 * nothing that may change.
 */
export function selectorLabels(app: string, component: Component): Record<string, string> {
  return { [LABELS.app]: app, [LABELS.component]: component };
}

/** Labels of every object of an app. */
export function objectLabels(spec: Pick<Labelled, 'name' | 'labels'>, component: Component): Record<string, string> {
  return {
    ...spec.labels,
    [LABELS.name]: spec.name,
    [LABELS.managedBy]: 'slipway',
    ...selectorLabels(spec.name, component),
  };
}

/** Metadata of the objects that serve requests, named as the app; `annotations` only if there are any. */
export function webMetadata(spec: Labelled, annotations: Readonly<Record<string, string>> = {}): ObjectMeta {
  const { name, namespace } = spec;
  return {
    name,
    namespace,
    labels: objectLabels(spec, 'web'),
    ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
  };
}

import type { ObjectMeta } from '../ports.ts';
import { LABELS } from './names.ts';

/** Name, namespace and own labels of an app: the input for the metadata of its objects. */
export interface Labelled {
  /** Name of all its objects: an RFC 1123 label. */
  name: string;
  namespace: string;
  labels: Readonly<Record<string, string>>;
}

/**
 * The role of a pod of an app: `web` in the short form, otherwise the name of the process or cron; `migration` for a
 * migration. The selector of a process matches its own pods alone.
 */
export type Component = string;

/** An object of one process or cron. */
export interface Part {
  /** Name of its objects: an RFC 1123 label. */
  name: string;
  component: Component;
}

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

/** Metadata of the objects of a process or cron; `annotations` only if there are any. */
export function partMetadata(
  app: Labelled,
  { name, component }: Part,
  annotations: Readonly<Record<string, string>> = {},
): ObjectMeta {
  return {
    name,
    namespace: app.namespace,
    labels: objectLabels(app, component),
    ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
  };
}

/** Metadata of the objects of the whole app, which have its name. */
export function webMetadata(app: Labelled, annotations: Readonly<Record<string, string>> = {}): ObjectMeta {
  return partMetadata(app, { name: app.name, component: 'web' }, annotations);
}

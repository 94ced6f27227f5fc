import type { ObjectMeta } from '../../ports.ts';
import { LABELS } from '../names.ts';
import type { AppSpec } from './app.ts';

/** What a part of an app is: selects the pods that serve, and leaves out those that migrate. */
export type Component = 'web' | 'migration';

/**
 * Labels that select the pods of an app. A Deployment's selector can never be changed, so these are few and hold
 * nothing that may change.
 */
export function selectorLabels(app: string, component: Component): Record<string, string> {
  return { [LABELS.app]: app, [LABELS.component]: component };
}

/** Labels of every object of an app. */
export function objectLabels(spec: Pick<AppSpec, 'name' | 'labels'>, component: Component): Record<string, string> {
  return {
    ...spec.labels,
    [LABELS.name]: spec.name,
    [LABELS.managedBy]: 'slipway',
    ...selectorLabels(spec.name, component),
  };
}

/** Metadata of what serves requests, named as the app; `annotations` only where there are any. */
export function webMetadata(
  spec: Pick<AppSpec, 'name' | 'namespace' | 'labels'>,
  annotations: Readonly<Record<string, string>> = {},
): ObjectMeta {
  const { name, namespace } = spec;
  return {
    name,
    namespace,
    labels: objectLabels(spec, 'web'),
    ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
  };
}

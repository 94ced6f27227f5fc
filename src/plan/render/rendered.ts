import { hideSecrets } from '../../objects/hide-secrets.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { HIDDEN } from '../../text/hide-secrets.ts';

/** The objects of one environment, as `slipway render` prints them. */
export interface RenderedEnvironment {
  /** What is printed, and what is not, in lines. */
  notes: string[];
  objects: KubeObject[];
}

/**
 * The object without the values of Secrets, and without values of pods that look like secrets. Other variables stay readable: they
 * stand in slipway.yml.
 */
export function withoutSecrets(object: KubeObject): KubeObject {
  if (podTemplateOf(object)) return hideSecrets({ kind: object.kind, path: [] }, object, 'secret-like') as KubeObject;
  if (object.kind !== 'Secret') return object;
  // As stringData: `data` holds base64, and the API server refuses others.
  const { data = {}, stringData = {}, ...rest } = object;
  const keys = [...Object.keys(data ?? {}), ...Object.keys(stringData ?? {})];
  return { ...rest, stringData: Object.fromEntries(keys.map((key) => [key, HIDDEN])) };
}

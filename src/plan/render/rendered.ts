import { UserError } from '../../errors.ts';
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
 * The refusal to print objects of a team.
 * @param what the key of slipway.yml, or words for it
 */
export function ownObjectsRefusal(what: string): UserError {
  return new UserError(`${what}: \`render\` prints the objects that Slipway writes from slipway.yml`, {
    remedy:
      'Render your own objects with their program (kubectl kustomize, helm template). rolling-update with `dry-run: true` shows what Slipway makes of them.',
  });
}

/** The object without the values of Secrets, and without values of pods that look like secrets. */
export function withoutSecrets(object: KubeObject): KubeObject {
  if (podTemplateOf(object)) return hideSecrets({ kind: object.kind, path: [] }, object) as KubeObject;
  if (object.kind !== 'Secret') return object;
  const hidden = (values: unknown) => Object.fromEntries(Object.keys(values ?? {}).map((key) => [key, HIDDEN]));
  return {
    ...object,
    ...(object.data === undefined ? {} : { data: hidden(object.data) }),
    ...(object.stringData === undefined ? {} : { stringData: hidden(object.stringData) }),
  };
}

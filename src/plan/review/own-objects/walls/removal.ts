import { podTemplateOf } from '../../../../objects/pod-template.ts';
import type { KubeObject } from '../../../../ports.ts';
import { fields } from '../fields.ts';

/** Seconds: a removed environment waits for its pods that long. */
const LONGEST_GRACE = 600;
/** The server sets it on every claim, and an export has it. */
const OF_CLAIMS = 'kubernetes.io/pvc-protection';

/** What would keep an environment from being removed. */
export function removalProblems(object: KubeObject): string[] {
  const grace = podTemplateOf(object)?.spec.terminationGracePeriodSeconds;
  const finalizers = finalizersIn(object).filter((one) => one !== OF_CLAIMS);
  return [
    ...finalizers.map((one) => `finalizer ${one} would keep the environment from being removed`),
    ...((object.metadata.ownerReferences ?? []).length > 0
      ? ['ownerReferences name an object that decides when it is deleted']
      : []),
    ...(typeof grace === 'number' && grace > LONGEST_GRACE
      ? [`terminationGracePeriodSeconds is ${grace}; a review environment waits at most ${LONGEST_GRACE}`]
      : []),
  ];
}

/** Those of the object, and of the templates in it. */
function finalizersIn(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > 20) return [];
  if (Array.isArray(value)) return value.flatMap((item) => finalizersIn(item, depth + 1));
  const { finalizers } = fields(fields(value).metadata);
  const own = Array.isArray(finalizers) ? finalizers.map(String) : [];
  return [...own, ...Object.values(value).flatMap((item) => finalizersIn(item, depth + 1))];
}

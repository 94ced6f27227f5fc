import { podTemplateOf } from '../../../../objects/pod-template.ts';
import type { KubeObject } from '../../../../ports.ts';
import { metadataIn } from '../metadata-in.ts';

/** Seconds: a removed environment waits for its pods that long. */
const LONGEST_GRACE = 600;
/** The server sets it on every claim, and an export has it. */
const OF_CLAIMS = 'kubernetes.io/pvc-protection';

/** What would keep an environment from being removed. */
export function removalProblems(object: KubeObject): string[] {
  const grace = podTemplateOf(object)?.spec.terminationGracePeriodSeconds;
  const finalizers = metadataIn(object)
    .flatMap(({ finalizers: named }) => (Array.isArray(named) ? named.map(String) : []))
    .filter((one) => one !== OF_CLAIMS);
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

import type { KubeObject } from '../ports.ts';
import { claimProblem } from './claim-problem.ts';
import { failed, ready, type Surroundings, type Verdict } from './verdict.ts';

/**
 * A PersistentVolumeClaim.
 *
 * Ready when
 *   1. it is bound; or
 *   2. it is pending without a warning: it may wait for its first pod (volumeBindingMode: WaitForFirstConsumer), and a pod that
 *      waits for it names its warnings.
 *
 * Failed when
 *   1. its volume is lost;
 *   2. its StorageClass does not exist.
 */
export function persistentVolumeClaim(object: KubeObject, near: Surroundings): Verdict {
  const { status } = object as unknown as { status?: { phase?: string } };
  if (status?.phase === 'Bound') return ready('it is bound');
  if (status?.phase === 'Lost')
    return failed('its volume is gone', 'Restore the PersistentVolume, or use a new claim.');
  const warning = near.warnings(object.metadata.uid).at(-1);
  return warning ? claimProblem(warning.message, 'it') : ready('it gets its volume with its first pod');
}

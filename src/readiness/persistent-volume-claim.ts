import type { KubeObject } from '../ports.ts';
import { failed, ready, type Surroundings, type Verdict, waiting } from './verdict.ts';

/**
 * A claim is ready when it is bound. One that is pending without a complaint may wait for its first pod
 * (volumeBindingMode: WaitForFirstConsumer): whether it gets its volume is seen at that pod.
 */
export function persistentVolumeClaim(object: KubeObject, near: Surroundings): Verdict {
  const { status } = object as unknown as { status?: { phase?: string } };
  if (status?.phase === 'Bound') return ready('it is bound');
  if (status?.phase === 'Lost')
    return failed('its volume is gone', 'Restore the PersistentVolume, or use a new claim.');
  const complaint = near.warnings(object.metadata.uid).at(-1);
  if (!complaint) return ready('it gets its volume with its first pod');
  return waiting(`it has no volume yet: ${complaint.message}`, {
    remedy: 'Does its storage class exist, and may it make a volume of this size?',
  });
}

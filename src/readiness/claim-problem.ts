import { failed, type Verdict, waiting } from './verdict.ts';

/** Milliseconds; the controller retries every 15 s, and its last event outlives a class that was missing before. */
const GRACE_MS = 15_000;

/** Why a claim has no volume, from the message of its event. `subject` begins the sentence. */
export function claimProblem(message: string, subject: string): Verdict {
  const missing = /storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found/.exec(message)?.[1];
  if (missing) {
    return failed(
      `${subject} asks for the StorageClass ${missing}, which does not exist`,
      'Correct storageClassName, or leave it out for the default class: kubectl get storageclass',
      { graceMs: GRACE_MS },
    );
  }
  if (/no persistent volumes available for this claim and no storage class is set/.test(message)) {
    return waiting(`${subject} has no volume: no PersistentVolume fits, and the cluster has no default StorageClass`, {
      remedy: 'Name a StorageClass (storageClassName), or mark one as the default: kubectl get storageclass',
    });
  }
  return waiting(`${subject} has no volume yet: ${message}`, {
    remedy: 'May its StorageClass create a volume of this size and access mode? See the events of the claim.',
  });
}

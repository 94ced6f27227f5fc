import { TimedOut, UserError } from '../../../errors.ts';
import { FIELD_MANAGER } from '../../../objects/names.ts';
import { foreignLabels, type Owner, ownerLabels } from '../../../plan/review/environment/owner.ts';
import { blockedBy } from '../../../plan/review/environment/terminating.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../../ports.ts';
import type { Site } from '../../site.ts';

/** Milliseconds to wait for a namespace that is being deleted. */
export const TERMINATING_MS = 5 * 60_000;
const INTERVAL_MS = 500;

export const STUCK_REMEDY =
  'Remove what blocks it: usually a controller that no longer runs has left a finalizer on an object named above. Slipway never removes finalizers.';

export function namespaceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Namespace', name };
}

/**
 * Creates the namespace, or checks that it belongs to the environment. Waits while an earlier one is being deleted.
 * @returns the namespace
 * @throws UserError if it belongs to something else; TimedOut if it stays Terminating
 */
export async function claimNamespace(name: string, owner: Owner, site: Site): Promise<KubeObject> {
  const { cluster, log } = site;
  for (;;) {
    const live = await cluster.get(namespaceRef(name));
    if (live?.metadata.deletionTimestamp !== undefined) {
      log.info(`namespace ${name} is being deleted: waiting until it is gone`);
      await waitUntilGone(name, live.metadata.uid, site);
    } else if (live !== undefined) {
      refuseForeign(live, owner);
      return live;
    } else {
      // Only labels that never change: applying the rest would conflict with the fields created here.
      const bare = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: ownerLabels(owner) } };
      const created = await cluster.create(bare, { fieldManager: FIELD_MANAGER });
      if (created !== undefined) return created;
    }
  }
}

/** Whether this namespace, by its uid, still exists and is not being deleted. */
export async function isThere({ metadata: { name, uid } }: KubeObject, cluster: Cluster): Promise<boolean> {
  const live = await cluster.get(namespaceRef(name));
  return live !== undefined && live.metadata.uid === uid && live.metadata.deletionTimestamp === undefined;
}

function refuseForeign(namespace: KubeObject, owner: Owner): void {
  const foreign = foreignLabels(namespace.metadata, owner);
  if (foreign.length === 0) return;
  const { name } = namespace.metadata;
  throw new UserError(`namespace ${name} exists, and does not belong to pull request #${owner.number}`, {
    details: foreign.map((label) => `label ${label}`),
    remedy:
      'Slipway does not take over objects of others. Rename or remove the namespace yourself if it is not needed.',
  });
}

/**
 * Waits until a namespace is deleted; the deadline leaves pods time to stop.
 * @param uid of the namespace; another one of the same name does not count
 * @throws TimedOut that names what blocks it, usually a finalizer
 */
export async function waitUntilGone(
  name: string,
  uid: string | undefined,
  { cluster, clock, signal }: Site,
): Promise<void> {
  const deadline = clock.now() + TERMINATING_MS;
  for (;;) {
    const live = await cluster.get(namespaceRef(name));
    if (live === undefined || live.metadata.uid !== uid) return;
    if (clock.now() >= deadline) throw stuck(live);
    await clock.sleep(INTERVAL_MS, signal);
  }
}

function stuck(namespace: KubeObject): TimedOut {
  return new TimedOut(
    `namespace ${namespace.metadata.name} is still being deleted after ${TERMINATING_MS / 60_000} min`,
    {
      details: blockedBy(namespace),
      remedy: `${STUCK_REMEDY} Then run this again.`,
    },
  );
}

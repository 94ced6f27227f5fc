import { TimedOut, UserError } from '../../../errors.ts';
import { FIELD_MANAGER } from '../../../objects/names.ts';
import { foreignLabels, type Owner, ownerLabels } from '../../../plan/review/environment/owner.ts';
import { blockedBy } from '../../../plan/review/environment/terminating.ts';
import type { Cluster, KubeObject, ObjectRef } from '../../../ports.ts';
import type { Site } from '../../site.ts';

/** Milliseconds for which a namespace that is being deleted is waited for. */
export const TERMINATING_MS = 5 * 60_000;
const INTERVAL_MS = 500;

export const STUCK_REMEDY =
  'Remove what keeps it: usually a controller that no longer runs has left a finalizer on an object named above. Slipway never removes finalizers.';

export function namespaceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Namespace', name };
}

/**
 * Makes the namespace ours, or finds that it is. One that is being deleted is waited for.
 * @returns the namespace
 * @throws UserError when it is somebody else's; TimedOut when it stays Terminating
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
      // Only what never changes: the rest is applied, and would be in conflict with what was created.
      const bare = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: ownerLabels(owner) } };
      const created = await cluster.create(bare, { fieldManager: FIELD_MANAGER });
      if (created !== undefined) return created;
    }
  }
}

/** It is still the very namespace, and is not being deleted. */
export async function isThere({ metadata: { name, uid } }: KubeObject, cluster: Cluster): Promise<boolean> {
  const live = await cluster.get(namespaceRef(name));
  return live !== undefined && live.metadata.uid === uid && live.metadata.deletionTimestamp === undefined;
}

function refuseForeign(namespace: KubeObject, owner: Owner): void {
  const foreign = foreignLabels(namespace.metadata, owner);
  if (foreign.length === 0) return;
  const { name } = namespace.metadata;
  throw new UserError(`namespace ${name} is there already, and does not belong to pull request #${owner.number}`, {
    details: foreign.map((label) => `label ${label}`),
    remedy:
      'Slipway does not take over what is not its own. Look at it, and rename or remove it yourself if it is not needed.',
  });
}

/**
 * Waits until a namespace that is being deleted is gone. The deadline is generous: pods get their time to stop.
 * @param uid of the namespace meant: a new one of the same name is another one
 * @throws TimedOut that names what keeps it, usually a finalizer
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

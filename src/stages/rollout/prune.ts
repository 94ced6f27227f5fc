import { EnvironmentError, messageOf } from '../../errors.ts';
import type { Owner } from '../../objects/owner.ts';
import { rbacRule } from '../../objects/permissions/rbac-rule.ts';
import { PHASES, phaseOf } from '../../objects/phases.ts';
import { droppedObjects, fateOf } from '../../objects/prune.ts';
import { shortName } from '../../objects/ref.ts';
import type { Release } from '../../objects/release.ts';
import type { Cluster, KubeObject, Log, ObjectRef, ResourceAttributes } from '../../ports.ts';
import type { Checked } from '../apply/check.ts';
import { inPool } from '../pool.ts';
import { unlessRefused } from '../unless-refused.ts';

/** An object that earlier releases had and this one has not. */
export interface Leftover {
  ref: ObjectRef;
  uid: string | undefined;
  /** `remove`: to be removed once the release is ready; `keep`: it stays, because of `note`. */
  state: 'remove' | 'keep' | 'removed' | 'failed';
  note: string;
}

type Ports = { cluster: Cluster; log: Log };

/**
 * The live objects that would be left over from earlier releases. Writes nothing.
 * @param releases all recorded releases, whatever their outcome: a failed one has written objects too
 * @param wanted the objects of the release; `checked` the objects to write for it
 */
export async function leftovers(
  owner: Owner,
  releases: readonly Release[],
  { wanted, checked }: { wanted: readonly KubeObject[]; checked: readonly Checked[] },
  { cluster, log }: Ports,
): Promise<Leftover[]> {
  const dropped = droppedObjects(releases, wanted);
  const uids = checked.flatMap(({ live }) => live?.metadata.uid ?? []);
  const found = await inPool(dropped, async (ref): Promise<Leftover[]> => {
    const live = await readOrReport(ref, { cluster, log });
    const fate = fateOf(live, owner, new Set(uids));
    if ('gone' in fate) return [];
    const uid = live?.metadata.uid;
    if (!('keep' in fate)) return [{ ref, uid, state: 'remove', note: fate.note }];
    log.info(`${shortName(ref)} is no longer part of the release, and stays: ${fate.keep}`);
    return [{ ref, uid, state: 'keep', note: fate.keep }];
  });
  return found.flat();
}

/** @throws EnvironmentError that names the missing permissions, for the kinds that are to be removed and no others */
export async function checkMayRemove(all: readonly Leftover[], namespace: string, cluster: Cluster): Promise<void> {
  const removed = all.filter(({ state }) => state === 'remove');
  const kinds = new Map(removed.map(({ ref }) => [`${ref.apiVersion}/${ref.kind}`, ref]));
  const resources = await Promise.all([...kinds.values()].map((kind) => cluster.resource(kind)));
  const questions = resources.flatMap((found): ResourceAttributes[] =>
    found ? [{ verb: 'delete', group: found.group, resource: found.resource, namespace }] : [],
  );
  if (questions.length === 0) return;
  const answers = await cluster.allowed(questions);
  const missing = questions.filter((_, index) => !answers[index]);
  if (missing.length === 0) return;
  const names = missing.map(({ verb, resource }) => `${verb} ${resource}`).join(', ');
  throw new EnvironmentError(`missing permissions in namespace ${namespace}: ${names}`, {
    details: [
      'nothing was written',
      `no longer part of the release: ${removed.map(({ ref }) => shortName(ref)).join(', ')}`,
    ],
    remedy: rbacRule(missing, namespace),
  });
}

/** Removes what is left over, what depends on others first. Never rejects: what could not be removed is in the answer. */
export async function prune(all: readonly Leftover[], { cluster, log }: Ports): Promise<Leftover[]> {
  const done: Leftover[] = all.filter(({ state }) => state !== 'remove');
  for (const phase of [...PHASES].reverse()) {
    const due = all.filter(({ ref, state }) => state === 'remove' && phaseOf(ref) === phase);
    done.push(...(await inPool(due, (one) => remove(one, { cluster, log }))));
  }
  return done;
}

async function remove(leftover: Leftover, { cluster, log }: Ports): Promise<Leftover> {
  const { ref, uid, note } = leftover;
  try {
    const was = await cluster.delete(ref, { propagation: 'Background', ...(uid ? { uid } : {}) });
    if (was) log.info(`removed ${shortName(ref)}, which is no longer part of the release${note ? `; ${note}` : ''}`);
    return { ...leftover, state: 'removed' };
  } catch (error) {
    const failure = `it could not be removed: ${messageOf(error)}`;
    log.info(`${shortName(ref)} is no longer part of the release, but ${failure}`);
    return { ...leftover, state: 'failed', note: failure };
  }
}

/** Slipway cannot remove an object that it may not read, or whose kind is no longer served: it only reports that. */
function readOrReport(ref: ObjectRef, { cluster, log }: Ports): Promise<KubeObject | undefined> {
  return unlessRefused(
    () => cluster.get(ref),
    (error) => {
      log.warning(`whether ${shortName(ref)} of an earlier release is still there is not known: ${messageOf(error)}`);
      return undefined;
    },
  );
}

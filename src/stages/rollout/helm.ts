import { messageOf, UserError } from '../../errors.ts';
import { type HelmReleaseName, helmObjects, helmReleaseOf, helmRevision } from '../../objects/helm-release.ts';
import { keptBy } from '../../objects/prune.ts';
import { groupOf, refOf } from '../../objects/ref.ts';
import type { Clock, Cluster, KubeObject, Log, ObjectRef } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';
import { inPool } from '../pool.ts';
import { unlessRefused } from '../unless-refused.ts';
import type { Leftover } from './prune.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret' };

interface Held extends HelmReleaseName {
  objects: string[];
}

/** What is taken over from Helm. */
export interface HelmTakeOver {
  /** Records that are deleted once the release is ready: then Helm no longer knows the release. */
  records: ObjectRef[];
  /** Objects that the Helm release has and this release does not contain. */
  leftovers: Leftover[];
}

/**
 * Warns about objects that a Helm release holds as well. It blocks nothing here, in whatever state it is (an upgrade that was
 * killed leaves it pending for ever); but Helm would write over what Slipway wrote.
 */
export async function warnOfHelm(
  lives: readonly (KubeObject | undefined)[],
  ports: { cluster: Cluster; clock: Clock; log: Log },
): Promise<void> {
  for (const held of heldBy(lives)) {
    const state = await stateOf(held, ports);
    ports.log.warning(
      `the Helm release ${held.namespace}/${held.name}${state} also holds ${held.objects.join(', ')}: it does not block this run, but a helm upgrade or rollback would overwrite what Slipway writes. To take the objects over, run this action once with take-over: true`,
    );
  }
}

/** The newest revision of a Helm release; 0 where there is none, or it may not be seen. */
export async function newestHelmRevision(name: string, namespace: string, cluster: Cluster): Promise<number> {
  const records = await unlessRefused(
    () => recordsOf({ name, namespace }, cluster, true),
    () => [],
  );
  return Math.max(0, ...records.map(helmRevision));
}

/**
 * What a release takes over from Helm, beside the fields of its objects.
 * @param expected name of the release in slipway.yml; undefined where the objects come from manifests
 * @param wanted the objects of the release, hooks among them
 * @throws UserError for an object of another Helm release than the expected one
 */
export async function planHelmTakeOver(
  lives: readonly (KubeObject | undefined)[],
  { expected, namespace, wanted }: { expected: string | undefined; namespace: string; wanted: readonly KubeObject[] },
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<HelmTakeOver> {
  const plan: HelmTakeOver = { records: [], leftovers: [] };
  for (const held of heldBy(lives)) {
    if (held.namespace !== namespace || (expected !== undefined && held.name !== expected)) throw other(held, expected);
    const records = await recordsOf(held, cluster, false);
    const newest = records[0];
    const objects = newest ? helmObjects(newest) : [];
    if (!objects) log.warning(`the record of Helm release ${held.name} cannot be read: objects that only it has stay`);
    plan.leftovers.push(...(await leftoversOf(held, objects ?? [], wanted, cluster)));
    plan.records.push(...records.map(refOf));
    log.info(
      `takes over from Helm release ${held.name} (${records.length} ${records.length === 1 ? 'record' : 'records'}): ${held.objects.join(', ')}`,
    );
  }
  return plan;
}

/** Deletes Helm's records: `helm uninstall` would delete objects that are no longer its own. */
export async function forgetInHelm(records: readonly ObjectRef[], { cluster, log }: { cluster: Cluster; log: Log }) {
  await inPool(records, async (ref) => {
    try {
      await cluster.delete(ref);
    } catch (error) {
      const { namespace, name } = ref;
      log.warning(
        `Helm's record ${name} could not be deleted: ${messageOf(error)}. Delete it, or helm uninstall deletes the objects: kubectl -n ${namespace} delete secret ${name}`,
      );
    }
  });
}

async function leftoversOf(
  held: Held,
  objects: readonly ObjectRef[],
  wanted: readonly KubeObject[],
  cluster: Cluster,
): Promise<Leftover[]> {
  const names = new Set(wanted.map((object) => nameOf(refOf(object))));
  const gone = objects.filter((ref) => !names.has(nameOf(ref)));
  const found = await inPool(gone, async (ref): Promise<Leftover[]> => {
    const live = await cluster.get(ref);
    const release = live && helmReleaseOf(live);
    if (!live || release?.name !== held.name || release.namespace !== held.namespace) return [];
    const keep = keptBy(live);
    const base = { ref, uid: live.metadata.uid };
    if (keep) return [{ ...base, state: 'keep', note: keep }];
    return [{ ...base, state: 'remove', note: `Helm release ${held.name} had it` }];
  });
  return found.flat();
}

/** The version of the API does not make another object of it. */
function nameOf(ref: ObjectRef): string {
  return `${groupOf(ref)}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

function other({ name, namespace, objects }: Held, expected: string | undefined): UserError {
  return new UserError(
    `${objects.join(', ')}: of Helm release ${namespace}/${name}, which is not the one to take over`,
    {
      details: [...(expected === undefined ? [] : [`the release of this app is ${expected}`]), 'nothing was written'],
      remedy: `Set deploy.helm.release to ${name} if it is the same app, or give the objects other names.`,
    },
  );
}

function heldBy(lives: readonly (KubeObject | undefined)[]): Held[] {
  const all = new Map<string, Held>();
  for (const live of lives) {
    const release = live && helmReleaseOf(live);
    if (!live || !release) continue;
    const key = `${release.namespace}/${release.name}`;
    const held = all.get(key) ?? { ...release, objects: [] };
    held.objects.push(
      `${live.kind} ${live.metadata.namespace ? `${live.metadata.namespace}/` : ''}${live.metadata.name}`,
    );
    all.set(key, held);
  }
  return [...all.values()];
}

/** The newest first. */
async function recordsOf(
  { name, namespace }: HelmReleaseName,
  cluster: Cluster,
  metadataOnly: boolean,
): Promise<KubeObject[]> {
  const labelSelector = `owner=helm,name=${name}`;
  const secrets = await cluster.list(SECRET, { namespace, labelSelector, metadataOnly });
  return secrets.sort((a, b) => helmRevision(b) - helmRevision(a));
}

/** ` (pending-upgrade for 3 h 2 min, revision 7)`; empty if the account may not read it. */
async function stateOf(held: Held, { cluster, clock }: { cluster: Cluster; clock: Clock }): Promise<string> {
  try {
    const [newest] = await recordsOf(held, cluster, true);
    if (!newest) return ' (without a record)';
    const { status = 'unknown', modifiedAt } = newest.metadata.labels ?? {};
    const since = Number(modifiedAt) * 1_000 || Date.parse(newest.metadata.creationTimestamp ?? '');
    const age = Number.isFinite(since) ? ` for ${humanDuration(Math.max(0, clock.now() - since))}` : '';
    return ` (${status}${age}, revision ${helmRevision(newest)})`;
  } catch {
    return '';
  }
}

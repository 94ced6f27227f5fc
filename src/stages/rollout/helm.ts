import { refOf, shortName } from '../../objects/ref.ts';
import type { Clock, Cluster, KubeObject, Log } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';

/** What Helm writes on every object of a release. @see https://helm.sh/docs/topics/advanced/ (storage backends, ownership) */
const NAME = 'meta.helm.sh/release-name';
const NAMESPACE = 'meta.helm.sh/release-namespace';

interface Held {
  release: string;
  namespace: string;
  objects: string[];
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
      `the Helm release ${held.namespace}/${held.release}${state} also holds ${held.objects.join(', ')}: it does not block this run, but a helm upgrade or rollback would write over it. To leave the objects to Slipway, let Helm forget the release (they stay): kubectl -n ${held.namespace} delete secret -l owner=helm,name=${held.release}`,
    );
  }
}

function heldBy(lives: readonly (KubeObject | undefined)[]): Held[] {
  const all = new Map<string, Held>();
  for (const live of lives) {
    const release = live?.metadata.annotations?.[NAME];
    if (!live || release === undefined) continue;
    const namespace = live.metadata.annotations?.[NAMESPACE] ?? live.metadata.namespace ?? 'default';
    const held = all.get(`${namespace}/${release}`) ?? { release, namespace, objects: [] };
    held.objects.push(`${live.kind} ${shortName(refOf(live))}`);
    all.set(`${namespace}/${release}`, held);
  }
  return [...all.values()];
}

/** ` (pending-upgrade for 3 h 2 min, revision 7)`; empty where it may not be seen. */
async function stateOf(
  { release, namespace }: Held,
  { cluster, clock }: { cluster: Cluster; clock: Clock },
): Promise<string> {
  try {
    const labelSelector = `owner=helm,name=${release}`;
    const secrets = await cluster.list(
      { apiVersion: 'v1', kind: 'Secret' },
      { namespace, labelSelector, metadataOnly: true },
    );
    const revision = (secret: KubeObject) => Number(secret.metadata.labels?.version ?? 0);
    const [newest] = secrets.sort((a, b) => revision(b) - revision(a));
    if (!newest) return ' (of which there is no record)';
    const { status = 'unknown', modifiedAt } = newest.metadata.labels ?? {};
    const since = Number(modifiedAt) * 1_000 || Date.parse(newest.metadata.creationTimestamp ?? '');
    const age = Number.isFinite(since) ? ` for ${humanDuration(Math.max(0, clock.now() - since))}` : '';
    return ` (${status}${age}, revision ${revision(newest)})`;
  } catch {
    return '';
  }
}

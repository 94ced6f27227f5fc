import { UserError } from '../../errors.ts';
import { hookSpecOf, runsToEnd } from '../../objects/hooks.ts';
import { keepRandom } from '../../objects/random-content.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { ClusterReads, KubeObject, Log, Rendered } from '../../ports.ts';
import { inPool } from '../pool.ts';
import { unlessRefused } from '../unless-refused.ts';

/**
 * Keeps the random values of a chart as they are in the cluster: a password that changes with each render would restart
 * its database and lock the app out of it.
 * @throws UserError that names each field whose random part cannot be separated from the rest
 */
export async function keepRandomContent(
  rendered: readonly Rendered[],
  namespace: string,
  ports: { cluster: Pick<ClusterReads, 'get' | 'namespaced'>; log: Log },
): Promise<Rendered[]> {
  const lost: string[] = [];
  const all = await inPool(rendered, async (one): Promise<Rendered> => {
    const { object, again } = one;
    const name = shortName(refOf(object));
    if (one.unstable) warnOfNewName(name, ports.log);
    // A Job or Pod that is a hook is made again each time, whatever was random in the one before.
    if (!again || (hookSpecOf(object) && runsToEnd(object))) return one;
    const kept = keepRandom(object, again, await liveOf(object, namespace, ports.cluster));
    if (kept.kept.length > 0)
      ports.log.info(`${name}: random in the chart, and kept as it is: ${kept.kept.join(', ')}`);
    if (kept.fresh.length > 0) ports.log.info(`${name}: random in the chart, and new: ${kept.fresh.join(', ')}`);
    lost.push(...kept.lost.map((field) => `${one.location}: ${name}: ${field}`));
    return { ...one, object: kept.object };
  });
  if (lost.length > 0) throw cannotKeep(lost);
  return all;
}

/** undefined also for a kind that is not served, or may not be read: a later step refuses it with all that is known about it. */
function liveOf(
  object: KubeObject,
  namespace: string,
  cluster: Pick<ClusterReads, 'get' | 'namespaced'>,
): Promise<KubeObject | undefined> {
  const read = async () => {
    const own = (await cluster.namespaced(object)) === false ? {} : { namespace };
    return cluster.get({ ...refOf(object), ...own });
  };
  return unlessRefused(read, () => undefined);
}

function warnOfNewName(name: string, log: Log): void {
  log.warning(
    `${name}: the chart gives it a new name with each render, so each release creates another one and deletes the one before`,
  );
}

function cannotKeep(lost: readonly string[]): UserError {
  const [first = '', ...more] = lost;
  return new UserError(`${first} holds random content, and the text around it has changed`, {
    details: [
      ...more,
      'Two renders of the chart differ in it. Which part of the live value is the random one is not known; nothing was written.',
    ],
    remedy:
      'Give the value itself (deploy.helm.set or a values file), or let the chart read it by lookup. To have a new one made, delete the object.',
  });
}

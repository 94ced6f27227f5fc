import { UserError } from '../../errors.ts';
import { neededByPods } from '../../objects/mounts.ts';
import type { Cluster, KubeObject, Log } from '../../ports.ts';
import { inPool } from '../pool.ts';
import { unlessRefused } from '../unless-refused.ts';

/** Where slipway.yml names an object of this kind. */
const KEYS: Readonly<Record<string, string>> = {
  ServiceAccount: 'serviceAccount',
  PersistentVolumeClaim: 'volumes.<name>.claim',
  Secret: 'volumes.<name>.secret',
  ConfigMap: 'volumes.<name>.configMap',
};

/**
 * Refuses pods that could not start, because the namespace lacks a claim, a ServiceAccount, or a Secret or ConfigMap of a
 * volume. An object that this account may not read is left to the kubelet.
 * @throws UserError; nothing was written
 */
export async function checkMounts(
  objects: readonly KubeObject[],
  namespace: string,
  ports: { cluster: Cluster; log: Log },
): Promise<void> {
  const needed = neededByPods(objects, namespace);
  const found = await inPool(needed, (ref) => isThere(ref, ports));
  const missing = needed.filter((_, index) => found[index] === false);
  const [first] = missing;
  if (first === undefined) return;
  throw new UserError(`namespace ${namespace} has no ${first.kind} ${first.name}, which a pod needs to start`, {
    details: [...missing.slice(1).map(({ kind, name }) => `nor ${kind} ${name}`), 'nothing was written'],
    remedy: `Create it, or correct the name in slipway.yml (${KEYS[first.kind]}).`,
  });
}

/** undefined: not known. */
function isThere(
  ref: Parameters<Cluster['get']>[0],
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<boolean | undefined> {
  return unlessRefused(
    async () => (await cluster.get(ref)) !== undefined,
    ({ message }) => {
      log.info(`whether ${ref.kind} ${ref.name} is in namespace ${ref.namespace} could not be checked: ${message}`);
      return undefined;
    },
  );
}

import { UserError } from '../../errors.ts';
import { configRefsOf } from '../../objects/config-refs.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import { DOCKER_CONFIG_TYPE } from '../../objects/pull-secrets/logins.ts';
import type { KubeObject } from '../../ports.ts';
import { type Owner, ownerLabels } from './environment/owner.ts';

/** Name of the copy in each environment. */
export const PULL_SECRET = 'slipway-registry';

/** The Secret that the operator names in `review.pullSecret.from`. */
export interface PullSecretSource {
  namespace: string;
  name: string;
}

/** @param from `namespace/name`, as the schema admits it */
export function pullSecretSource(from: string): PullSecretSource {
  const [namespace = '', name = ''] = from.split('/');
  return { namespace, name };
}

/** The copy in an environment: the login alone, with the labels of the environment. */
export function pullSecretCopy(source: KubeObject, owner: Owner, namespace: string): KubeObject {
  const { '.dockerconfigjson': login } = (source.data ?? {}) as Record<string, string>;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: PULL_SECRET, namespace, labels: ownerLabels(owner) },
    type: DOCKER_CONFIG_TYPE,
    data: { '.dockerconfigjson': login },
  };
}

/**
 * Refuses objects that read the copied login. It is in the namespace where code of a pull request runs: nodes pull with it, and no
 * pod may read it.
 * @throws UserError for a pod that reads it, and for an object of its name
 */
export function refuseReadPullSecret(objects: readonly KubeObject[]): void {
  for (const object of objects) {
    const { kind, metadata } = object;
    const template = podTemplateOf(object);
    const refs = template ? configRefsOf(template) : [];
    const reads = refs.some((ref) => ref.kind === 'Secret' && ref.name === PULL_SECRET);
    const isIt = kind === 'Secret' && metadata.name === PULL_SECRET;
    if (!reads && !isIt) continue;
    throw new UserError(
      isIt
        ? `Secret ${PULL_SECRET}: the name belongs to the copy of review.pullSecret`
        : `${kind} ${metadata.name}: its pods read Secret ${PULL_SECRET}, the login of the nodes to the registry`,
      { remedy: isIt ? 'Give it another name.' : 'Take the Secret out of its variables and volumes.' },
    );
  }
}

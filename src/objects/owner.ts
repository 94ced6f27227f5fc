import type { KubeObject, ObjectMeta } from '../ports.ts';
import { LABELS } from './names.ts';

/** The owner of the objects of a rollout. */
export interface Owner {
  app: string;
  environment: string;
  /** Id of the repository on GitHub, which a rename keeps; undefined if a stage knows none. */
  repositoryId?: number | undefined;
}

/** Labels by which Slipway finds the objects of an owner again. */
export function ownerLabels({ app, environment, repositoryId }: Owner): Record<string, string> {
  return {
    [LABELS.app]: app,
    [LABELS.environment]: environment,
    ...(repositoryId === undefined ? {} : { [LABELS.repository]: String(repositoryId) }),
  };
}

/**
 * The other owner of an object by its labels, in words: `app shop`; undefined for this owner or none. Objects of versions
 * that did not label the repository name none.
 */
export function otherOwner({ labels = {} }: ObjectMeta, owner: Owner): string | undefined {
  const { [LABELS.app]: app, [LABELS.environment]: environment, [LABELS.repository]: repository } = labels;
  if (app !== undefined && app !== owner.app) return `app ${app}`;
  if (app === undefined) return undefined;
  if (environment !== undefined && environment !== owner.environment) return `environment ${environment} of ${app}`;
  const { repositoryId } = owner;
  if (repository === undefined || repositoryId === undefined || repository === String(repositoryId)) return undefined;
  return `${app} of the repository with id ${repository}`;
}

/** Whether an object carries the labels of this owner. */
export function isOwnedBy({ metadata }: Pick<KubeObject, 'metadata'>, owner: Owner): boolean {
  const { [LABELS.app]: app, [LABELS.environment]: environment } = metadata.labels ?? {};
  return app === owner.app && environment === owner.environment && otherOwner(metadata, owner) === undefined;
}

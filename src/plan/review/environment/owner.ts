import { LABELS } from '../../../objects/names.ts';
import type { ObjectMeta } from '../../../ports.ts';

/** Label of the pods of a database or service with its name, by which their Services select. */
export const PART_LABEL = LABELS.part;

/** The owner of a review environment: ids and numbers, which nobody can choose or take over. */
export interface Owner {
  app: string;
  repositoryId: number;
  /** Pull request. */
  number: number;
  /** Variant of the pull request; undefined: the environment without a name. */
  variant?: string | undefined;
}

/** Owner labels of the namespace and of every object in it. */
export function ownerLabels(owner: Owner): Record<string, string> {
  return {
    [LABELS.managedBy]: 'slipway',
    [LABELS.app]: owner.app,
    [LABELS.repository]: String(owner.repositoryId),
    [LABELS.pullRequest]: String(owner.number),
    ...(owner.variant === undefined ? {} : { [LABELS.variant]: owner.variant }),
  };
}

/** Selects the objects of a pull request: of one app or all, of one variant or all. */
export function ownerSelector(owner: Omit<Owner, 'app'> & { app: string | undefined }): string {
  const { [LABELS.app]: _app, ...labels } = ownerLabels({ ...owner, app: '' });
  const selected = owner.app === undefined ? labels : { ...labels, [LABELS.app]: owner.app };
  return Object.entries(selected)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Selects the objects of one environment, without those of other variants. */
export function exactSelector(owner: Owner): string {
  return `${ownerSelector(owner)}${owner.variant === undefined ? `,!${LABELS.variant}` : ''}`;
}

/** Owner labels that are missing or different: `name is "x", not "y"`; empty: the object belongs to the owner. */
export function foreignLabels(metadata: Pick<ObjectMeta, 'labels'>, owner: Owner): string[] {
  const variant = metadata.labels?.[LABELS.variant];
  const other = owner.variant === undefined && variant !== undefined ? [`${LABELS.variant} is "${variant}"`] : [];
  const wrong = Object.entries(ownerLabels(owner))
    .filter(([key, value]) => metadata.labels?.[key] !== value)
    .map(([key, value]) => {
      const found = metadata.labels?.[key];
      return found === undefined ? `${key} is missing` : `${key} is "${found}", not "${value}"`;
    });
  return [...wrong, ...other];
}

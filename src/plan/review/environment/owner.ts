import { LABELS } from '../../../objects/names.ts';
import type { ObjectMeta } from '../../../ports.ts';

/** Label of the pods of a database or service: its own name. Their Services select by it. */
export const PART_LABEL = 'slipway.dev/part';

/** Whose review environment it is. Ids and numbers, which nobody can choose or take over. */
export interface Owner {
  app: string;
  repositoryId: number;
  /** Pull request. */
  number: number;
  /** Which one of several environments of the pull request; undefined: the one without a name. */
  variant?: string | undefined;
}

/** Labels of the namespace, and of everything in it. */
export function ownerLabels(owner: Owner): Record<string, string> {
  return {
    [LABELS.managedBy]: 'slipway',
    [LABELS.app]: owner.app,
    [LABELS.repository]: String(owner.repositoryId),
    [LABELS.pullRequest]: String(owner.number),
    ...(owner.variant === undefined ? {} : { [LABELS.variant]: owner.variant }),
  };
}

/** Selects what belongs to a pull request: of one app or of all apps of the repository, of one variant or of all. */
export function ownerSelector(owner: Omit<Owner, 'app'> & { app: string | undefined }): string {
  const { [LABELS.app]: _app, ...labels } = ownerLabels({ ...owner, app: '' });
  const selected = owner.app === undefined ? labels : { ...labels, [LABELS.app]: owner.app };
  return Object.entries(selected)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Selects what belongs to this very environment, and not to another variant of it. */
export function exactSelector(owner: Owner): string {
  return `${ownerSelector(owner)}${owner.variant === undefined ? `,!${LABELS.variant}` : ''}`;
}

/** The owner labels that an object lacks or has otherwise: `name is "x", not "y"`; empty when it is the owner's. */
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

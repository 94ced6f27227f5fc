import { type Fields, fields, list } from '../../../../objects/fields.ts';
import type { KubeObject } from '../../../../ports.ts';

/** What a claim asks for beyond a new volume of its own: volumes that exist hold data of others. */
export function claimProblems(spec: Fields): string[] {
  const source = fields(spec.dataSourceRef);
  return [
    ...(spec.volumeName !== undefined && spec.volumeName !== '' ? ['volumeName names a volume that exists'] : []),
    ...(spec.selector !== undefined ? ['selector chooses among volumes that exist'] : []),
    ...(spec.storageClassName === '' ? ['storageClassName "" binds to a volume that exists'] : []),
    ...(source.namespace !== undefined ? ['dataSourceRef is in another namespace'] : []),
  ];
}

/** The claims of a PersistentVolumeClaim and of a StatefulSet. */
export function claimProblemsOf({ kind, spec }: KubeObject): string[] {
  if (kind === 'PersistentVolumeClaim') return claimProblems(fields(spec));
  if (kind !== 'StatefulSet') return [];
  return list(fields(spec).volumeClaimTemplates).flatMap((claim) => claimProblems(fields(claim.spec)));
}

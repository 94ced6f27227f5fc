import type { KubeObject, ObjectRef } from '../ports.ts';
import { type Fields, fields, list } from './fields.ts';
import { podTemplateOf } from './pod-template.ts';

/**
 * What must be there before a pod of these objects can start, beside what the objects themselves bring: claims, ServiceAccounts, and
 * the Secrets and ConfigMaps of volumes. Each once.
 */
export function neededByPods(objects: readonly KubeObject[], namespace: string): ObjectRef[] {
  const own = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const all = objects.flatMap((object) => {
    const spec = podTemplateOf(object)?.spec;
    if (spec === undefined) return [];
    const { serviceAccountName, volumes } = spec;
    return [...named('ServiceAccount', serviceAccountName), ...list(volumes).flatMap(ofVolume)];
  });
  const missing = all.filter(({ kind, name }) => !own.has(`${kind} ${name}`));
  const byName = new Map(missing.map((one) => [`${one.kind} ${one.name}`, one]));
  return [...byName.values()].map(({ kind, name }) => ({ apiVersion: 'v1', kind, name, namespace }));
}

function ofVolume({ persistentVolumeClaim, secret, configMap }: Fields): { kind: string; name: string }[] {
  const required = (value: unknown) => (fields(value).optional === true ? {} : fields(value));
  return [
    ...named('PersistentVolumeClaim', fields(persistentVolumeClaim).claimName),
    ...named('Secret', required(secret).secretName),
    ...named('ConfigMap', required(configMap).name),
  ];
}

function named(kind: string, name: unknown): { kind: string; name: string }[] {
  return typeof name === 'string' && name !== '' ? [{ kind, name }] : [];
}

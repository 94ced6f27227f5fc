import { type Fields, fields, list } from './fields.ts';
import { containersOf, type PodTemplate } from './pod-template.ts';

/** A ConfigMap or Secret that pods read. */
export interface ConfigRef {
  kind: 'ConfigMap' | 'Secret';
  name: string;
  /** The keys that they read, sorted; undefined: all of them. */
  keys: readonly string[] | undefined;
}

/** The name in messages and records: `Secret parking-database`. */
export function configName({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`;
}

/**
 * The ConfigMaps and Secrets that the pods of a template read when they start: variables and volumes, also projected ones.
 * Without the credentials of registries and storage: their change does not matter to a running pod.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret
 */
export function configRefsOf(template: PodTemplate): ConfigRef[] {
  return mergedRefs([...containersOf(template).flatMap(ofContainer), ...list(template.spec.volumes).flatMap(ofVolume)]);
}

/** Each ConfigMap and Secret once, with the keys that any of these read; sorted by name. */
export function mergedRefs(all: readonly ConfigRef[]): ConfigRef[] {
  const merged = new Map<string, ConfigRef>();
  for (const ref of all) merged.set(configName(ref), merge(merged.get(configName(ref)), ref));
  return [...merged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
}

function merge(a: ConfigRef | undefined, b: ConfigRef): ConfigRef {
  if (a === undefined) return b;
  const keys = a.keys && b.keys ? [...new Set([...a.keys, ...b.keys])].sort() : undefined;
  return { ...b, keys };
}

function ofContainer(container: Fields): ConfigRef[] {
  const whole = list(container.envFrom).flatMap((source) => [
    ...ref('ConfigMap', fields(source.configMapRef).name),
    ...ref('Secret', fields(source.secretRef).name),
  ]);
  const single = list(container.env).flatMap(({ valueFrom }) => {
    const { configMapKeyRef, secretKeyRef } = fields(valueFrom);
    return [...keyRef('ConfigMap', fields(configMapKeyRef)), ...keyRef('Secret', fields(secretKeyRef))];
  });
  return [...whole, ...single];
}

function ofVolume({ configMap, secret, projected }: Fields): ConfigRef[] {
  const sources = list(fields(projected).sources);
  return [
    ...ref('ConfigMap', fields(configMap).name, fields(configMap).items),
    ...ref('Secret', fields(secret).secretName, fields(secret).items),
    ...sources.flatMap((source) => [
      ...ref('ConfigMap', fields(source.configMap).name, fields(source.configMap).items),
      ...ref('Secret', fields(source.secret).name, fields(source.secret).items),
    ]),
  ];
}

function keyRef(kind: ConfigRef['kind'], { name, key }: Fields): ConfigRef[] {
  return ref(kind, name, [{ key }]);
}

/** @param items `[{ key }]`; undefined or empty: all keys */
function ref(kind: ConfigRef['kind'], name: unknown, items?: unknown): ConfigRef[] {
  if (typeof name !== 'string' || name === '') return [];
  const keys = list(items).flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
  return [{ kind, name, keys: keys.length > 0 ? [...new Set(keys)].sort() : undefined }];
}

import type { VolumeConfig } from '../../config/pod-schema.ts';

type Fields = Record<string, unknown>;
type Volumes = Readonly<Record<string, VolumeConfig>> | undefined;

/** `volumes` of a pod; absent without any. */
export function podVolumes(volumes: Volumes): Fields {
  const all = Object.entries(volumes ?? {}).map(([name, volume]) => ({ name, ...sourceOf(volume) }));
  return all.length > 0 ? { volumes: all } : {};
}

/** `volumeMounts` of the container; absent without any. */
export function volumeMounts(volumes: Volumes): Fields {
  const all = Object.entries(volumes ?? {}).map(([name, { path, subPath, readOnly, secret, configMap }]) => ({
    name,
    mountPath: path,
    ...(subPath === undefined ? {} : { subPath }),
    ...(readOnly || (secret ?? configMap) !== undefined ? { readOnly: true } : {}),
  }));
  return all.length > 0 ? { volumeMounts: all } : {};
}

function sourceOf({ emptyDir, memory, claim, secret, configMap, items, readOnly }: VolumeConfig): Fields {
  const files = items && { items: Object.entries(items).map(([key, path]) => ({ key, path })) };
  if (claim !== undefined) {
    return { persistentVolumeClaim: { claimName: claim, ...(readOnly ? { readOnly: true } : {}) } };
  }
  if (secret !== undefined) return { secret: { secretName: secret, ...files } };
  if (configMap !== undefined) return { configMap: { name: configMap, ...files } };
  return { emptyDir: { sizeLimit: emptyDir, ...(memory ? { medium: 'Memory' } : {}) } };
}

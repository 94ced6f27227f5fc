import { gunzipSync } from 'node:zlib';
import { loadAll } from 'js-yaml';
import type { KubeObject, ObjectRef } from '../ports.ts';

/** The labels and annotations that Helm writes on every object of a release. @see https://helm.sh/docs/topics/advanced/ (storage backends, ownership) */
const NAME = 'meta.helm.sh/release-name';
const NAMESPACE = 'meta.helm.sh/release-namespace';

export interface HelmReleaseName {
  name: string;
  namespace: string;
}

/** The Helm release that the annotations of an object name. */
export function helmReleaseOf({ metadata }: KubeObject): HelmReleaseName | undefined {
  const name = metadata.annotations?.[NAME];
  if (name === undefined) return undefined;
  return { name, namespace: metadata.annotations?.[NAMESPACE] ?? metadata.namespace ?? 'default' };
}

/** Revision of a record of Helm. */
export function helmRevision({ metadata }: KubeObject): number {
  return Number(metadata.labels?.version ?? 0);
}

/**
 * The objects in a record of Helm (a Secret of type helm.sh/release.v1), without hooks.
 * @returns undefined for an unreadable record
 * @see https://github.com/helm/helm/blob/v3.19.4/pkg/storage/driver/util.go (encodeRelease)
 */
export function helmObjects(record: KubeObject): ObjectRef[] | undefined {
  const text = (record.data as Record<string, string> | undefined)?.release;
  if (text === undefined) return undefined;
  try {
    const zipped = Buffer.from(Buffer.from(text, 'base64').toString('utf8'), 'base64');
    const { manifest, namespace } = JSON.parse(gunzipSync(zipped).toString('utf8')) as {
      manifest: string;
      namespace: string;
    };
    return (loadAll(manifest) as (KubeObject | null)[]).flatMap((object) => refIn(object, namespace));
  } catch {
    return undefined;
  }
}

function refIn(object: KubeObject | null | undefined, namespace: string): ObjectRef[] {
  if (!object?.kind || !object.apiVersion || !object.metadata?.name) return [];
  const { apiVersion, kind, metadata } = object;
  return [{ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? namespace }];
}

import { gunzipSync, gzipSync } from 'node:zlib';
import type { KubeObject } from '../ports.ts';
import { parseJson, stringifyJson } from '../text/json.ts';
import { fitName, LABELS, shortHash } from './names.ts';
import { type Owner, ownerLabels } from './owner.ts';
import type { Release } from './release.ts';

/** Type of the Secret that records a release. */
export const RELEASE_TYPE = 'slipway.dev/release';
/** Type of the Secrets that hold its objects if they do not fit into one. */
export const RELEASE_OBJECTS_TYPE = 'slipway.dev/release-objects';

/**
 * Bytes of one Secret; the API server accepts 1,048,576.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size
 */
const SECRET_BYTES = 1_000_000;
/** Maximum bytes of a record on reading: a longer one is not of Slipway. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The namespace and the owner of a record. */
export interface RecordPlace {
  namespace: string;
  name: string;
  repositoryId?: number | undefined;
}

/** The Secrets of a release: one, and more for the objects of a large release. Only the first one changes later. */
export interface ReleaseSecrets {
  record: KubeObject;
  objects: KubeObject[];
}

/**
 * Name of the record. The hash distinguishes apps and environments whose joined names are equal: `shop` in
 * `eu-staging`, `shop-eu` in `staging`.
 */
export function recordName({ app, environment, revision }: Pick<Release, 'app' | 'environment' | 'revision'>): string {
  const hash = shortHash(JSON.stringify([app, environment]));
  return `${fitName(`slipway-release-${app}-${environment}`, 200)}-${hash}-${revision}`;
}

export function releaseSecrets(release: Release, place: RecordPlace): ReleaseSecrets {
  const whole = packed({ format: 1, ...release });
  if (whole.length <= SECRET_BYTES)
    return { record: secret(release, place, RELEASE_TYPE, { release: whole }), objects: [] };
  const { objects, ...rest } = release;
  const bytes = packed(objects);
  const parts = Math.ceil(bytes.length / SECRET_BYTES);
  const part = (index: number) => bytes.subarray(index * SECRET_BYTES, (index + 1) * SECRET_BYTES);
  return {
    record: secret(release, place, RELEASE_TYPE, { release: packed({ format: 2, ...rest, parts }) }),
    objects: Array.from({ length: parts }, (_, index) =>
      secret(release, { ...place, name: partName(place.name, index) }, RELEASE_OBJECTS_TYPE, { objects: part(index) }),
    ),
  };
}

/** The names of all Secrets of a record. */
export function secretNames(name: string, parts: number): string[] {
  return [name, ...Array.from({ length: parts }, (_, index) => partName(name, index))];
}

/** A release from its record, and the number of further Secrets with its objects. */
export interface ReadRecord {
  name: string;
  release: Release;
  parts: number;
}

/**
 * The release in a Secret; undefined if this version cannot read it, or if a part of it is missing.
 * @param others by name: the Secrets of type `slipway.dev/release-objects`
 */
export function readRecord(
  record: KubeObject,
  others: ReadonlyMap<string, KubeObject> = new Map(),
): ReadRecord | undefined {
  const { name } = record.metadata;
  if (record.type !== RELEASE_TYPE) return undefined;
  try {
    const parsed = withImages(unpacked(dataOf(record, 'release')) as RecordedRelease);
    if (parsed.format === 1) return { name, release: parsed, parts: 0 };
    if (parsed.format !== 2) return undefined;
    const { parts = 0, ...release } = parsed;
    const [, ...names] = secretNames(name, parts);
    const bytes = Buffer.concat(names.map((one) => dataOf(others.get(one), 'objects')));
    return { name, release: { ...release, objects: unpacked(bytes) as KubeObject[] }, parts };
  } catch {
    return undefined;
  }
}

type RecordedRelease = Omit<Release, 'images'> &
  Partial<Pick<Release, 'images'>> & { image?: string; format: number; parts?: number };

/** Earlier versions recorded the one image of a release as `image`. */
function withImages({ image, images, ...release }: RecordedRelease): Release & { format: number; parts?: number } {
  return { ...release, images: images ?? (image === undefined ? {} : { [release.app]: image }) };
}

function secret(owner: Owner, place: RecordPlace, type: string, bytes: Record<string, Buffer>): KubeObject {
  const { namespace, name, repositoryId } = place;
  const labels = { [LABELS.managedBy]: 'slipway', ...ownerLabels({ ...owner, repositoryId }) };
  const data = Object.fromEntries(Object.entries(bytes).map(([key, value]) => [key, value.toString('base64')]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels }, type, data };
}

function partName(name: string, index: number): string {
  return `${name}-objects-${index + 1}`;
}

function packed(value: unknown): Buffer {
  return gzipSync(stringifyJson(value));
}

function unpacked(bytes: Buffer): unknown {
  return parseJson(gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8'));
}

/** @throws if the Secret or the key is missing */
function dataOf(object: KubeObject | undefined, key: string): Buffer {
  const text = (object?.data as Record<string, string> | undefined)?.[key];
  if (text === undefined) throw new Error(`no ${key}`);
  return Buffer.from(text, 'base64');
}

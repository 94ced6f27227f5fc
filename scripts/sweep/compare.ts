import { isDeepStrictEqual } from 'node:util';
import { parseReference } from '../../src/objects/image-reference.ts';
import { LABELS } from '../../src/objects/names.ts';
import type { KubeObject } from '../../src/ports.ts';

/** One difference between what two programs would make of the same files. */
export interface Difference {
  /** `keyOf` of the object. */
  object: string;
  /** Path of the field; empty if the whole object is missing or additional. */
  field: string;
  /** As JSON, cut; `–` where there is none. */
  native: string;
  slipway: string;
}

type Objects = ReadonlyMap<string, KubeObject>;

/**
 * The differences between the objects of two dry runs, as the server answered them. Ignores what the server decides (uid, times,
 * managers) and what Slipway documents that it adds: its labels and annotations, and the digest of the image.
 * @param random a second render by the native program: fields that differ between its own two renders are no difference
 */
export function compareObjects(native: Objects, slipway: Objects, random: Objects = native): Difference[] {
  const keys = [...new Set([...native.keys(), ...slipway.keys()])].sort();
  return keys.flatMap((object) => {
    const [theirs, ours] = [native.get(object), slipway.get(object)];
    if (!theirs || !ours)
      return [{ object, field: '', native: theirs ? 'present' : '–', slipway: ours ? 'present' : '–' }];
    const again = random.get(object) ?? theirs;
    const moving = new Set(fieldsOf(plain(theirs), plain(again), '').map(({ field }) => field));
    const fields = fieldsOf(plain(theirs), plain(ours), '').filter(({ field }) => !moving.has(field));
    return fields.map((one) => ({ object, ...one }));
  });
}

const BY_SERVER = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'];
/** Keys of Slipway, of kubectl, and of the server for the pods of a Job. */
const ADDED =
  /^(slipway\.dev\/.*|kubectl\.kubernetes\.io\/last-applied-configuration|(batch\.kubernetes\.io\/)?(controller-uid|job-name))$/;

/**
 * An object without what the server and Slipway add. A Job without labels gets those of its template from the server, and so not
 * where it has labels of Slipway.
 */
function plain({ status: _, ...object }: KubeObject): unknown {
  const { labels, ...others } = object.metadata;
  const metadata = Object.fromEntries(Object.entries(others).filter(([key]) => !BY_SERVER.includes(key)));
  const { [LABELS.managedBy]: _1, ...kept } = labels ?? {};
  return withoutOurs({ ...object, metadata: { ...metadata, labels: object.kind === 'Job' ? {} : kept } });
}

function withoutOurs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOurs);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !ADDED.test(key));
  return Object.fromEntries(
    kept
      .map(([key, one]) => [key, key === 'managedFields' ? undefined : withoutOurs(one)] as const)
      .filter(([key, one]) => !(isAddition(key) && isEmpty(one))),
  );
}

/** Maps that exist only because of our labels and annotations are empty without them. */
function isAddition(key: string): boolean {
  return key === 'labels' || key === 'annotations';
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function fieldsOf(native: unknown, slipway: unknown, field: string): Omit<Difference, 'object'>[] {
  if (isDeepStrictEqual(native, slipway) || isSameImage(native, slipway, field)) return [];
  if (isContainer(native) && isContainer(slipway) && Array.isArray(native) === Array.isArray(slipway)) {
    const keys = [...new Set([...Object.keys(native), ...Object.keys(slipway)])];
    const at = (key: string) => (field === '' ? key : `${field}.${key}`);
    // The server's default of imagePullPolicy depends on the tag, and a digest has none.
    const byDigest = isSameImage(native.image, slipway.image, '.image');
    const compared = keys.filter((key) => !(byDigest && key === 'imagePullPolicy'));
    return compared.flatMap((key) => fieldsOf(native[key], slipway[key], at(key)));
  }
  return [{ field, native: shown(native), slipway: shown(slipway) }];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Slipway puts the digest in place of the tag of the team's own image. */
function isSameImage(native: unknown, slipway: unknown, field: string): boolean {
  if (!field.endsWith('.image') || typeof native !== 'string' || typeof slipway !== 'string') return false;
  const [theirs, ours] = [parseReference(native), parseReference(slipway)];
  return ours.digest !== undefined && ours.repository === theirs.repository;
}

function shown(value: unknown): string {
  if (value === undefined) return '–';
  const text = JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one)) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

import { isFields } from '../../objects/fields.ts';
import { isDigest } from '../../objects/image-reference.ts';
import type { Component } from './components.ts';

/** Digest → when it was first seen that nothing needs it, in milliseconds since the epoch. */
export type Sightings = ReadonlyMap<string, number>;

/** The tag of the artifact that holds the sightings of a repository. */
export const SIGHTINGS_TAG = 'slipway-clean-registry';
export const SIGHTINGS_TYPE = 'application/vnd.slipway.sightings.v1+json';

/** The sightings of a text that `sightingsText` wrote; undefined for any other text. */
export function readSightings(text: string): Sightings | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(value) || !isFields(value.seen)) return undefined;
  const entries = Object.entries(value.seen).map(([digest, at]) => [digest, Date.parse(String(at))] as const);
  return entries.every(([digest, at]) => isDigest(digest) && !Number.isNaN(at)) ? new Map(entries) : undefined;
}

export function sightingsText(sightings: Sightings): string {
  const seen = [...sightings]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([digest, at]) => [digest, new Date(at).toISOString()]);
  return JSON.stringify({ seen: Object.fromEntries(seen) });
}

/** What nothing needs now, with the time of the first sighting of each; what is needed again, or is gone, is not in it. */
export function sightingsOf(judged: readonly { component: Component; seenAt: number | undefined }[]): Sightings {
  return new Map(
    judged.flatMap(({ component, seenAt }) =>
      seenAt === undefined ? [] : component.manifests.map(({ digest }) => [digest, seenAt] as const),
    ),
  );
}

import type { DatabaseConfig } from '../../../config/schema.ts';
import { tryReference } from '../../../objects/image-reference.ts';
import { DATABASES } from '../../engines/engines.ts';

/** What of a plan is about its version. */
export interface WantedVersion {
  engine: DatabaseConfig['engine'];
  image: string;
  /** Major version (for MySQL and MariaDB with its second number, where it is known); undefined when the image does not say. */
  major: string | undefined;
  /** `version` says it beside `image`: the word of a person, who knows what is in an image of their own. */
  declared: boolean;
}

export function versionOf(config: Pick<DatabaseConfig, 'engine' | 'version' | 'image'>, image: string): WantedVersion {
  const { engine, version } = config;
  const major = DATABASES[engine].major(version ?? tryReference(image)?.tag ?? '');
  const declared = config.image !== undefined && version !== undefined && major !== undefined;
  return { engine, image, major, declared };
}

/** What a StatefulSet runs over the data. */
export interface Running {
  image: string;
  /** Major version that is noted on it; undefined: none, as where an older Slipway has made it. */
  noted: string | undefined;
}

/** Whether data that is there goes with what is wanted now. */
export type Fit = 'fits' | 'another' | 'unknown';

/**
 * Compares as far as both are known. An image that is not changed is not looked at again, unless `version` now says that it
 * holds another one than the data is of.
 * @param made major version that was noted when the data was made
 * @param running undefined: nothing does, or it is not ours to change
 */
export function fitOf(wanted: WantedVersion, made: string | undefined, running: Running | undefined): Fit {
  const unchanged = running !== undefined && isSame(running.image, wanted.image);
  if (unchanged && !wanted.declared) return 'fits';
  const major = majorOfData(made, running);
  if (major !== undefined && wanted.major !== undefined) return isPart(major, wanted.major) ? 'fits' : 'another';
  return unchanged || running === undefined || wanted.declared ? 'fits' : 'unknown';
}

/** Major version of the data that is there; undefined when nothing says it. */
export function majorOfData(made: string | undefined, running: Running | undefined): string | undefined {
  return running?.noted ?? made;
}

/** A cluster may have put the digest behind the name. */
function isSame(running: string, wanted: string): boolean {
  return running === wanted || running.startsWith(`${wanted}@sha256:`);
}

/** `8` is not known to be another one than `8.4`. */
function isPart(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`);
}

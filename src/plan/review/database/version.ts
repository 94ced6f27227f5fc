import type { DatabaseConfig } from '../../../config/schema.ts';
import { tryReference } from '../../../objects/image-reference.ts';
import { DATABASES } from '../../engines/engines.ts';

/** The version part of a planned database. */
export interface WantedVersion {
  engine: DatabaseConfig['engine'];
  image: string;
  /** Major version (for MySQL and MariaDB with its second number, where it is known); undefined when the image does not say. */
  major: string | undefined;
  /** `version` is set beside `image`: a person says what is in an image of their own. */
  declared: boolean;
}

export function versionOf(config: Pick<DatabaseConfig, 'engine' | 'version' | 'image'>, image: string): WantedVersion {
  const { engine, version } = config;
  const major = DATABASES[engine].major(version ?? tryReference(image)?.tag ?? '');
  const declared = config.image !== undefined && version !== undefined && major !== undefined;
  return { engine, image, major, declared };
}

/** The server that a StatefulSet runs over the data. */
export interface Running {
  image: string;
  /** Major version in its annotation; undefined: none, as of an earlier Slipway. */
  noted: string | undefined;
}

/** Whether existing data fits the wanted version. */
export type Fit = 'fits' | 'another' | 'unknown';

/**
 * Compares versions as far as both are known. An unchanged image fits, unless `version` now says that it holds another version
 * than the data.
 * @param made major version that was noted when the data was made
 * @param running undefined: no server runs, or a deploy does not change it
 */
export function fitOf(wanted: WantedVersion, made: string | undefined, running: Running | undefined): Fit {
  const unchanged = running !== undefined && isSame(running.image, wanted.image);
  if (unchanged && !wanted.declared) return 'fits';
  const major = majorOfData(made, running);
  if (major !== undefined && wanted.major !== undefined) return isPart(major, wanted.major) ? 'fits' : 'another';
  return unchanged || running === undefined || wanted.declared ? 'fits' : 'unknown';
}

/** Major version of the existing data; undefined when nothing says it. */
export function majorOfData(made: string | undefined, running: Running | undefined): string | undefined {
  return running?.noted ?? made;
}

/** A cluster may have appended the digest. */
function isSame(running: string, wanted: string): boolean {
  return running === wanted || running.startsWith(`${wanted}@sha256:`);
}

/** `8` may be `8.4`. */
function isPart(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`);
}

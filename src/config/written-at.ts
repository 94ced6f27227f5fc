import type { SlipwayError, SourceLocation } from '../errors.ts';
import type { Config } from './schema.ts';

const places = new WeakMap<object, SourceLocation>();
const finders = new WeakMap<object, (path: readonly string[]) => SourceLocation | undefined>();

/** Notes where a map of slipway.yml is written, for problems that only a plan finds. */
export function noteWritten(value: object, location: SourceLocation): void {
  places.set(value, location);
}

/** Where a map of slipway.yml is written; undefined for one that was made otherwise. */
export function writtenAt(value: object): SourceLocation | undefined {
  return places.get(value);
}

/** @param find the place of a key, or of its nearest parent in the file; undefined: not even the first key is in it */
export function noteKeys(config: Config, find: (path: readonly string[]) => SourceLocation | undefined): void {
  finders.set(config, find);
}

/** Where a key of slipway.yml is written, or its nearest parent; undefined for one that the file does not have. */
export function keyWrittenAt(config: Config, path: readonly string[]): SourceLocation | undefined {
  return finders.get(config)?.(path);
}

/** A key below the first level of slipway.yml, at the beginning of a message: `review.host: …`. */
const KEY = /^[a-z][a-zA-Z]*(?:\.[\w-]+)+(?=:? )/;

/**
 * The error with the place of the key that its message begins with: a plan knows keys, and not their lines.
 * @param config reads slipway.yml; its errors do not replace the first one
 */
export function located<T extends SlipwayError>(error: T, config: () => Config): T {
  const key = error.location === undefined ? KEY.exec(error.message)?.[0] : undefined;
  if (key === undefined) return error;
  try {
    const location = keyWrittenAt(config(), key.split('.'));
    return location === undefined ? error : error.with({ location });
  } catch {
    return error;
  }
}

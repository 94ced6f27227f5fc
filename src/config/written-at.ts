import type { SourceLocation } from '../errors.ts';

const places = new WeakMap<object, SourceLocation>();

/** Notes where a map of slipway.yml is written, for problems that only a plan finds. */
export function noteWritten(value: object, location: SourceLocation): void {
  places.set(value, location);
}

/** Where a map of slipway.yml is written; undefined for one that was made otherwise. */
export function writtenAt(value: object): SourceLocation | undefined {
  return places.get(value);
}

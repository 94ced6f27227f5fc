import type { Config } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { Log } from '../ports.ts';

/** Reads on first use and keeps the result: the value, or the error. */
export function once<T>(read: () => T): () => T {
  let kept: { value: T } | { thrown: unknown } | undefined;
  return () => {
    kept ??= outcomeOf(read);
    if ('thrown' in kept) throw kept.thrown;
    return kept.value;
  };
}

function outcomeOf<T>(read: () => T): { value: T } | { thrown: unknown } {
  try {
    return { value: read() };
  } catch (thrown) {
    return { thrown };
  }
}

/** slipway.yml; undefined if it cannot be read: the branch may be deleted, or the file broken. */
export function ifThere(config: () => Config, log: Log): Config | undefined {
  try {
    return config();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.info(`without slipway.yml (${error.message}): environments are found by their labels`);
    return undefined;
  }
}

import type { Config } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { Run } from './context.ts';

/** The branch may be gone, or its slipway.yml broken. */
export function configIfThere(run: Run): Config | undefined {
  try {
    return run.config();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    run.log.info(`without slipway.yml (${error.message}): what is there is found by its labels`);
    return undefined;
  }
}

import { parseConfig } from '../../../src/config/load.ts';
import { UserError } from '../../../src/errors.ts';

/** The smallest head of a slipway.yml: two lines. */
export const HEAD = 'app: parking\nimage: { repository: localhost:5000/apps/parking }\n';

/** All problems of a slipway.yml, as the user sees them. */
export function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'slipway.yml');
  } catch (error) {
    if (error instanceof UserError) return [error.message, ...error.details];
    throw error;
  }
  return [];
}

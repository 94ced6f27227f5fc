import { SlipwayError, UserError } from '../../src/errors.ts';

/** The UserError that the work throws. @throws any other error, and Error when the work succeeds */
export function refusal(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the work was not refused');
}

/** The SlipwayError that a promise rejects with. @throws any other error, and Error when it resolves */
export async function errorOf(work: Promise<unknown>): Promise<SlipwayError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('the work did not fail');
}

import { PermissionMissing, SlipwayError, Unreachable } from '../errors.ts';

/**
 * The result of a request that a stage can do without; the result of `otherwise` where the server refuses the request.
 * @throws Unreachable when the cluster is away, which is no answer; every error that is not a SlipwayError
 */
export async function unlessRefused<T, O>(
  request: () => Promise<T>,
  otherwise: (error: SlipwayError) => O,
): Promise<T | O> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof SlipwayError) || error instanceof Unreachable) throw error;
    return otherwise(error);
  }
}

/**
 * The result of a request; `otherwise` where this account has no permission for it.
 * @throws every other error of the request
 */
export async function unlessForbidden<T, O>(request: () => Promise<T>, otherwise: O): Promise<T | O> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof PermissionMissing) return otherwise;
    throw error;
  }
}

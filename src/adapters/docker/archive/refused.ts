import { UserError } from '../../../errors.ts';

/** The error of a refused archive. */
export function refused(path: string, why: string): UserError {
  return new UserError(`the archive ${path} is not loaded: ${why}`, {
    remedy: 'Make it with `docker save <image id>`, as pull-request.yml in docs/workflows.md does.',
  });
}

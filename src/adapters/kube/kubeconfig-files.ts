import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { UserError } from '../../errors.ts';

/**
 * Refuses a kubeconfig of the workspace that names files outside of it. The author of a pull request can have written it, and
 * what such a file holds would be sent to the server that the same kubeconfig names.
 * @param workspace absolute folder; undefined: a run by hand, of files that are the user's own
 * @param named absolute paths of the certificates, keys and tokens that it names
 */
export function refuseFilesOutside(
  file: string,
  named: readonly (string | undefined)[],
  workspace: string | undefined,
): void {
  if (workspace === undefined || !isIn(file, workspace)) return;
  const outside = named.find((path) => path !== undefined && !isIn(path, workspace));
  if (outside === undefined) return;
  throw new UserError(`kubeconfig ${file} lies in the workspace, and names a file outside of it: ${outside}`, {
    details: ['Its content would be sent to the server that the kubeconfig names.'],
    remedy:
      'Put certificate and token into the kubeconfig itself (kubectl config view --flatten --minify --raw), or write the kubeconfig to $RUNNER_TEMP.',
  });
}

function isIn(path: string, folder: string): boolean {
  return real(path).startsWith(real(folder) + sep);
}

/** Without links, as far as the path exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

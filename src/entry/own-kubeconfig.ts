import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The kubeconfig of the person who runs a command; undefined: there is none. An action never uses it. */
export function ownKubeconfig(env: NodeJS.ProcessEnv): string | undefined {
  const file = join(env.HOME || homedir(), '.kube', 'config');
  return existsSync(file) ? file : undefined;
}

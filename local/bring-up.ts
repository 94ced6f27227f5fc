import { built } from './built.ts';
import { locked } from './machine/lock.ts';
import type { Options } from './options.ts';
import type { Platform } from './types.ts';
import { withDocker } from './with-docker.ts';
import { withUsers } from './with-users.ts';

/** Brings up what the options ask for: by default, everything built here. */
export async function bringUp(options: Partial<Options>): Promise<Platform> {
  if (options.kubeconfig && options.context) {
    const { kubeconfig, context, registry } = options;
    return withUsers({ kubeconfig, context, ...(registry ? { registry } : {}) });
  }
  if (options.kind) return locked(() => withDocker('kind'));
  return locked(options.k3d ? () => withDocker('k3d') : built);
}

import type { RegistryAccess } from '../adapters/oci/access.ts';
import { OciRegistry } from '../adapters/oci/registry.ts';
import type { Run } from './context.ts';
import { googleAccessToken } from './google-access-token.ts';

/** Registries, with the logins of this run. */
export function registryOf(run: Run, access: RegistryAccess = 'pull'): OciRegistry {
  return new OciRegistry({ ...run, googleAccessToken, access });
}

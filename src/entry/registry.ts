import { OciRegistry } from '../adapters/oci/registry.ts';
import { googleAccessToken } from './google-access-token.ts';
import type { Run } from './run.ts';

/** Registries, with the logins of this run. */
export function registryOf(run: Run): OciRegistry {
  return new OciRegistry({ ...run, googleAccessToken });
}

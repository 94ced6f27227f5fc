import { OciRegistry } from '../adapters/oci/registry.ts';
import type { Run } from './run.ts';

/** Registries, with the logins of this run. Google's SDK is loaded only for Google's registries. */
export function registryOf(run: Run): OciRegistry {
  return new OciRegistry({ ...run, googleAccessToken });
}

async function googleAccessToken(): Promise<string> {
  return (await (await import('../adapters/google/token.ts')).googleAccessToken()).token;
}

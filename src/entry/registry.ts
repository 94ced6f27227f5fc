import type { RegistryAccess } from '../adapters/oci/access.ts';
import { OciRegistry } from '../adapters/oci/registry.ts';
import type { Run } from './context.ts';
import { forgetGoogleToken, googleAccessToken } from './google-access-token.ts';
import type { LoginFor } from './read-login.ts';

const GOOGLE = { googleAccessToken, forgetGoogleToken };

/** Registries, with the logins of this run. */
export function registryOf(run: Run, access: RegistryAccess = 'pull'): OciRegistry {
  return new OciRegistry({ ...run, ...GOOGLE, access });
}

/** Milliseconds until a registry counts as one that does not answer. */
const SHORT_MS = 10_000;

/**
 * Registries for one question that can stay without an answer: a single attempt, and a short time for it.
 * @param loginFor goes before the logins of the run
 */
export function registryForQuestion(run: Run, loginFor?: LoginFor): OciRegistry {
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(SHORT_MS)]);
  const own = loginFor === undefined ? {} : { loginFor };
  return new OciRegistry({ ...run, ...GOOGLE, ...own, signal, attempts: 1, access: 'pull' });
}

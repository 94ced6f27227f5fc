import { type RegistryLogin, secretsOf } from '../adapters/docker/login.ts';
import { isGoogleRegistry } from '../adapters/oci/hosts.ts';
import { readLoginInputs } from '../inputs/read-login.ts';
import type { Run } from './context.ts';

/** The login for a host; undefined: there is none of its own. */
export type LoginFor = (host: string) => RegistryLogin | undefined;

/**
 * Takes the login that only reads images out of the inputs. It stays in this process: no program that Slipway starts inherits
 * it, and docker gets it for a pull alone.
 */
export function takeReadLogin(run: Pick<Run, 'inputs' | 'env' | 'log'>): LoginFor {
  const given = readLoginInputs(run.inputs);
  delete run.env.INPUT_REGISTRY_PASSWORD;
  if (given === undefined) return () => undefined;
  const login: RegistryLogin = { kind: 'password', username: given.user, password: given.password };
  for (const secret of secretsOf(login)) run.log.mask(secret);
  const isFor = given.hosts.length === 0 ? isGoogleRegistry : (host: string) => given.hosts.includes(host);
  return (host) => (isFor(host) ? login : undefined);
}

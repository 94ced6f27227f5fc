import type { SecretEnv } from '../../config/secret-env-schema.ts';
import { UserError } from '../../errors.ts';

/**
 * `secretEnv`, checked against what the environment itself sets.
 * @param where key of slipway.yml
 * @param own variables of its database and of its services
 * @throws UserError for a variable of these: the app would work on another server
 */
export function planSecretEnv(where: string, secretEnv: SecretEnv, own: readonly string[]): SecretEnv {
  const both = Object.keys(secretEnv).filter((name) => own.includes(name));
  if (both.length === 0) return secretEnv;
  throw new UserError(`${where}: the database or a service of the environment sets ${both.join(', ')}`, {
    details: ['nothing was written'],
    remedy: `Take the variable out of ${where}, or the service out of the environment: the app would use the server of the one, and not that of the other.`,
  });
}

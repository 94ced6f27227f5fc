import type { SecretEnv } from '../../config/secret-env-schema.ts';
import { UserError } from '../../errors.ts';
import { clientEnvOf } from '../services/service.ts';
import type { PlannedDatabase } from './database/database.ts';
import { databaseVariables } from './database/objects.ts';
import type { EnvironmentService } from './services.ts';

/**
 * `review.secretEnv`, checked against what the environment itself sets.
 * @throws UserError for a variable of the database or of a service: the app would work on another one
 */
export function planSecretEnv(
  secretEnv: SecretEnv,
  services: readonly EnvironmentService[],
  database: PlannedDatabase | undefined,
): SecretEnv {
  const own = new Set([
    ...(database ? Object.keys(databaseVariables(database, '')) : []),
    ...Object.keys(clientEnvOf(services)),
  ]);
  const both = Object.keys(secretEnv).filter((name) => own.has(name));
  if (both.length === 0) return secretEnv;
  throw new UserError(`review.secretEnv: the database and the services of the environment set ${both.join(', ')}`, {
    details: ['nothing was written'],
    remedy:
      'Take the variable out of review.secretEnv: a pull request must not work on the data of another environment.',
  });
}

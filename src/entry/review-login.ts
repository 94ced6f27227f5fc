import type { Config } from '../config/schema.ts';
import { authorizationOf, credentialsOf, type VisitorCredentials } from '../objects/ingress/login.ts';
import type { Task } from '../plan/review/operation.ts';
import type { Variables } from '../ports.ts';

import type { Run } from './context.ts';

/**
 * The login that visitors of a review environment need, from the environment of the step; undefined: none. Masks it
 * first.
 * @throws UserError if the variable is not set or holds no login
 */
export function reviewLogin(
  config: Config | undefined,
  task: Task,
  { variables, log }: { variables: Variables; log: Run['log'] },
): VisitorCredentials | undefined {
  const variable = config?.review?.access?.basicAuth;
  if (variable === undefined || task.operation !== 'up') return undefined;
  const text = variables.read(variable);
  if (text) log.mask(text);
  const credentials = credentialsOf(text, variable);
  log.mask(credentials.password);
  log.mask(authorizationOf(credentials));
  return credentials;
}

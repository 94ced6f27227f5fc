import { readSecretLines, SECRET_LINES } from '../inputs/secret-lines.ts';
import type { Variables } from '../ports.ts';
import type { Run } from './context.ts';

/**
 * The variables of the step, and those in SLIPWAY_SECRET_ENV, which take precedence and are masked. They do not become variables
 * of the environment: the runner prints that with every step, and knows no secret but the whole lines.
 * @throws UserError if SLIPWAY_SECRET_ENV cannot be read
 */
export function stepVariables({ env, log }: Pick<Run, 'env' | 'log'>): Variables {
  const own = readSecretLines(env[SECRET_LINES] ?? '');
  for (const value of own.values()) if (value !== '') log.mask(value);
  return { read: (name) => own.get(name) ?? env[name] };
}

import * as z from 'zod';
import { ENV_NAME } from './values.ts';

/** Variables with these names belong to the runner: its tokens are among them. */
const OF_RUNNER = /^(GITHUB|ACTIONS|RUNNER|INPUT)_/;

const variable = z
  .string()
  .regex(ENV_NAME, 'the name of a variable is letters, digits, "_", "-" and ".", and does not begin with a digit');
const stepVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable of the step, for example STRIPE_KEY')
  .refine((name) => !OF_RUNNER.test(name), {
    error: 'belongs to the runner; give the secret to the step under another name',
  });

/** Variables of the app that come from variables of the step, where a workflow puts secrets of GitHub. */
export const secretEnvSchema = z.union([z.record(variable, stepVariable), z.array(stepVariable).min(1)]);

export type SecretEnvConfig = z.infer<typeof secretEnvSchema>;

/** Variable of the app → variable of the step. */
export type SecretEnv = Readonly<Record<string, string>>;

/** A list gives each variable the name that it has in the step. */
export function secretEnvOf(config: SecretEnvConfig | undefined): SecretEnv {
  return Array.isArray(config) ? Object.fromEntries(config.map((name) => [name, name])) : (config ?? {});
}

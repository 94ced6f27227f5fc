import type { SecretEnv } from '../config/secret-env-schema.ts';
import { UserError } from '../errors.ts';
import type { Log, Variables } from '../ports.ts';

/** Bytes of a Secret; the API server accepts 1,048,576. */
const MOST_BYTES = 1_000_000;

/** Variables of the app and their values. */
export type SecretValues = Readonly<Record<string, string>>;

/**
 * The values of secretEnv from the variables of the step. They are masked before anything else sees them.
 * @param key of slipway.yml, for messages
 * @returns undefined where one is missing and `mayMiss` allows it; a warning says so
 * @throws UserError that names every variable that is missing or empty, or holds the token of a job
 */
export function secretValues(
  secretEnv: SecretEnv,
  { key, mayMiss }: { key: string; mayMiss: boolean },
  { variables, log }: { variables: Variables; log: Log },
): SecretValues | undefined {
  const entries = Object.entries(secretEnv);
  const values = entries.map(([name, from]): [string, string] => [name, variables.read(from) ?? '']);
  for (const [, value] of values) if (value !== '') log.mask(value);
  const missing = entries.filter(([, from]) => (variables.read(from) ?? '') === '');
  if (missing.length > 0) {
    if (mayMiss) {
      log.warning(`${key}: ${problemsOf(missing, variables).join('; ')}: whether its values change is not known here`);
      return undefined;
    }
    throw missingValues(key, missing, variables);
  }
  refuseUnfit(key, entries, values);
  return Object.fromEntries(values);
}

function missingValues(key: string, missing: readonly [string, string][], variables: Variables): UserError {
  const [first = '', ...details] = problemsOf(missing, variables);
  const names = missing.map(([, from]) => `${from}: \${{ secrets.${from} }}`).join(', ');
  return new UserError(`${key}: ${first}`, {
    details: [...details, 'nothing was written'],
    remedy: `Give it to the step of the workflow: env: { ${names} }. A secret that does not exist is empty, and so are the secrets of an environment that the job does not name. Pull requests of forks and of Dependabot get no secrets.`,
  });
}

function problemsOf(missing: readonly [string, string][], variables: Variables): string[] {
  return missing.map(([name, from]) => {
    const how = variables.read(from) === undefined ? 'is missing' : 'is empty';
    return `the variable ${from} of the step, for ${name}, ${how}`;
  });
}

function refuseUnfit(key: string, entries: readonly [string, string][], values: readonly [string, string][]): void {
  const ofJob = entries.filter((_, index) => values[index]?.[1].startsWith('ghs_'));
  if (ofJob.length > 0) {
    throw new UserError(
      `${key}: ${ofJob.map(([name]) => name).join(', ')} is the token of a GitHub Actions job or of a GitHub App (ghs_…)`,
      {
        details: ['nothing was written'],
        remedy: 'It expires within the hour, and pods live longer. Give the app a token that lasts.',
      },
    );
  }
  const bytes = values.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes <= MOST_BYTES) return;
  throw new UserError(`${key}: its values have ${bytes} bytes; a Secret has room for ${MOST_BYTES}`, {
    details: ['nothing was written'],
    remedy: 'Keep large files in a volume or in a store of their own.',
  });
}

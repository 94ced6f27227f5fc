import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config } from './schema.ts';
import { type SecretEnvConfig, secretEnvOf } from './secret-env-schema.ts';

interface Place {
  path: PropertyKey[];
  secretEnv?: SecretEnvConfig | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** A variable that two keys of one place set: one of the values would be lost. */
export function secretEnvProblems({ environments = {}, review }: Config): RuleProblem[] {
  const variants = Object.entries(review?.variants ?? {}).map(
    ([name, { env }]): Place => ({ path: ['review', 'variants', name], env, secretEnv: review?.secretEnv }),
  );
  const places: Place[] = [
    ...Object.entries(environments).flatMap(([name, own]): Place[] => placesOf(['environments', name], own)),
    { path: ['review'], env: review?.env, secretEnv: review?.secretEnv },
    ...variants,
  ];
  return places.flatMap(problemsOf);
}

/** An environment, and its processes and crons, whose variables are more specific. */
function placesOf(path: PropertyKey[], own: NonNullable<Config['environments']>[string]): Place[] {
  const { secretEnv, processes = {}, crons = {} } = own;
  const parts = Object.entries({ processes, crons }).flatMap(([key, all]) =>
    Object.entries(all).map(([name, { env }]): Place => ({ path: [...path, key, name], env, secretEnv })),
  );
  return [{ path, env: own.env, secretEnv }, ...parts];
}

function problemsOf({ path, secretEnv, env = {} }: Place): RuleProblem[] {
  return Object.keys(secretEnvOf(secretEnv)).flatMap((name) => {
    if (name === 'PORT') {
      return [ruleProblem([...path, 'secretEnv'], 'PORT is the port of the app, which Slipway sets (deploy.port)')];
    }
    if (!Object.hasOwn(env, name)) return [];
    return [ruleProblem([...path, 'env', name], `secretEnv sets ${name} as well`)];
  });
}

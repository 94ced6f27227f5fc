import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { DriftInputs } from '../inputs/drift.ts';
import type { IgnoreRule } from './drift/ignore.ts';
import { unknownEnvironment } from './rollout-plan.ts';

/** The environments that drift compares, and how it reports. */
export interface DriftPlan {
  app: string;
  environments: { name: string; namespace: string }[];
  ignore: readonly IgnoreRule[];
  /** Open, update or close an issue for each environment. */
  issue: boolean;
  failOnDrift: boolean;
  /** Absolute path of the report. */
  report: string;
  /** URL of this run; empty for a run by hand. */
  run: string;
}

/**
 * Plans a comparison. The report is written to RUNNER_TEMP, else to the workspace.
 * @param runId tells this step from one that runs beside it
 * @throws UserError for an unknown environment, or one namespace for several environments
 */
export function planDrift(
  inputs: DriftInputs,
  config: Config,
  {
    runnerTemp,
    runId,
    workspace,
    run,
  }: { runnerTemp: string | undefined; runId: string; workspace: string; run: string },
): DriftPlan {
  const known = Object.keys(config.environments ?? {});
  const names = [...new Set(inputs.environments.length > 0 ? inputs.environments : known)];
  if (names.length === 0) throw unknownEnvironment('environment', undefined, known);
  if (inputs.namespace !== undefined && names.length > 1) {
    throw new UserError(`input \`namespace\` is given for ${names.length} environments (${names.join(', ')})`, {
      remedy:
        'Set the input `environment` to the one that it belongs to, or leave `namespace` out: slipway.yml has all namespaces.',
    });
  }
  const environments = names.map((name) => {
    const environment = config.environments?.[name];
    if (!environment) throw unknownEnvironment('environment', name, known);
    return { name, namespace: inputs.namespace ?? environment.namespace };
  });
  const folder = runnerTemp === undefined ? join(workspace, '.slipway') : join(runnerTemp, 'slipway', `drift-${runId}`);
  return {
    app: config.app,
    environments,
    ignore: config.drift?.ignore ?? [],
    issue: inputs.issue,
    failOnDrift: inputs.failOnDrift,
    report: join(folder, 'drift.json'),
    run,
  };
}

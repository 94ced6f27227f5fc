import type { Inputs } from './read.ts';

/** Inputs of drift. */
export interface DriftInputs {
  /** Empty: all environments of slipway.yml. */
  environments: string[];
  namespace: string | undefined;
  issue: boolean;
  failOnDrift: boolean;
}

export function driftInputs(inputs: Inputs): DriftInputs {
  return {
    environments: inputs.list('environment'),
    namespace: inputs.text('namespace'),
    issue: inputs.flag('issue') ?? false,
    failOnDrift: inputs.flag('fail-on-drift') ?? false,
  };
}

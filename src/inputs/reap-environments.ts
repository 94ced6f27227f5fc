import { clusterInputs } from './common.ts';
import type { Inputs } from './read.ts';

/** Inputs of reap-environments. */
export interface ReapInputs {
  /** Only this namespace. */
  namespace: string | undefined;
  dryRun: boolean;
}

export function reapInputs(inputs: Inputs): ReapInputs {
  return { namespace: clusterInputs(inputs).namespace, dryRun: inputs.flag('dry-run') ?? false };
}

import type { Inputs } from './read.ts';

/** Inputs of promote; they override slipway.yml. */
export interface PromoteInputs {
  /** Default: `promoteFrom` of the target. */
  from: string | undefined;
  /** Default: `production`, or the only environment with `promoteFrom`. */
  to: string | undefined;
  /** The image that the caller expects; Slipway refuses any other. */
  image: string | undefined;
  namespace: string | undefined;
  /** Milliseconds that the release must have run in `from` before. */
  soakMs: number | undefined;
  /** Milliseconds. */
  timeoutMs: number | undefined;
  allowDowngrade: boolean | undefined;
  dryRun: boolean | undefined;
  /** Take over, once, what Helm or kubectl deployed before. */
  takeOver: boolean | undefined;
}

export function promoteInputs(inputs: Inputs): PromoteInputs {
  return {
    from: inputs.text('from'),
    to: inputs.text('to'),
    image: inputs.text('image'),
    namespace: inputs.text('namespace'),
    soakMs: inputs.duration('soak'),
    timeoutMs: inputs.duration('timeout'),
    allowDowngrade: inputs.flag('allow-downgrade'),
    dryRun: inputs.flag('dry-run'),
    takeOver: inputs.flag('take-over'),
  };
}

import { type MeasuredStartup, measuredStartup } from '../objects/app/measured-startup.ts';
import type { Inputs } from './read.ts';

/** Inputs of rolling-update; they override slipway.yml. */
export interface RollingUpdateInputs {
  /** Default: `staging`, or the only environment without promoteFrom. */
  environment: string | undefined;
  /** By digest. Default: the image of the commit in the registry. */
  image: string | undefined;
  namespace: string | undefined;
  /** Milliseconds. */
  timeoutMs: number | undefined;
  /** Object of a process → milliseconds to start, as preflight measured it. */
  startup?: MeasuredStartup;
  onFailure: 'rollback' | 'leave' | undefined;
  allowDowngrade: boolean | undefined;
  dryRun: boolean | undefined;
  /** Take over, once, what Helm or kubectl deployed before. */
  takeOver: boolean | undefined;
  /** Show on the pull request what a dry run would change. */
  comment: boolean | undefined;
}

export function rollingUpdateInputs(inputs: Inputs): RollingUpdateInputs {
  return {
    environment: inputs.text('environment'),
    image: inputs.text('image'),
    namespace: inputs.text('namespace'),
    timeoutMs: inputs.duration('timeout'),
    startup: measuredStartup(inputs.pairs('startup')),
    onFailure: inputs.choice('on-failure', ['rollback', 'leave']),
    allowDowngrade: inputs.flag('allow-downgrade'),
    dryRun: inputs.flag('dry-run'),
    takeOver: inputs.flag('take-over'),
    comment: inputs.flag('comment'),
  };
}

import type { Inputs } from './read.ts';

/** Inputs of rolling-update; they win over slipway.yml. */
export interface RollingUpdateInputs {
  /** Default: `staging`, or the only environment that nothing is promoted to. */
  environment: string | undefined;
  /** By digest. Default: what the registry has for the commit. */
  image: string | undefined;
  namespace: string | undefined;
  /** Milliseconds. */
  timeoutMs: number | undefined;
  onFailure: 'rollback' | 'leave' | undefined;
  allowDowngrade: boolean | undefined;
  dryRun: boolean | undefined;
  /** Take over, once, what Helm or kubectl deployed before. */
  takeOver: boolean | undefined;
  /** Tell what a dry run would change on the pull request. */
  comment: boolean | undefined;
}

export function rollingUpdateInputs(inputs: Inputs): RollingUpdateInputs {
  return {
    environment: inputs.text('environment'),
    image: inputs.text('image'),
    namespace: inputs.text('namespace'),
    timeoutMs: inputs.duration('timeout'),
    onFailure: inputs.choice('on-failure', ['rollback', 'leave']),
    allowDowngrade: inputs.flag('allow-downgrade'),
    dryRun: inputs.flag('dry-run'),
    takeOver: inputs.flag('take-over'),
    comment: inputs.flag('comment'),
  };
}

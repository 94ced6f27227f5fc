import type { CommonInputs } from './common.ts';
import type { Inputs } from './read.ts';

/** Inputs of run-tests; they override slipway.yml. */
export interface TestInputs {
  /** Absolute folder of the application. */
  workingDirectory: string;
  /** Default: the image that build-image built for this commit. */
  image: string | undefined;
  /** Names of tests; empty: all. */
  only: string[];
  /** Milliseconds, for each test. */
  timeoutMs: number | undefined;
}

export function testInputs(inputs: Inputs, common: CommonInputs): TestInputs {
  return {
    workingDirectory: common.workingDirectory,
    image: inputs.text('image'),
    only: inputs.list('only'),
    timeoutMs: inputs.duration('timeout'),
  };
}

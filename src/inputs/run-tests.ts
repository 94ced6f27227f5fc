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
  /** File with the results of the last run, which this run compares with and replaces. */
  history?: string | undefined;
}

export function testInputs(inputs: Inputs, common: CommonInputs): TestInputs {
  return {
    workingDirectory: common.workingDirectory,
    image: inputs.text('image'),
    only: inputs.list('only'),
    timeoutMs: inputs.duration('timeout'),
    history: inputs.text('history'),
  };
}

import type { StageResult } from '../../stage-result.ts';

/** The black-box tests to run. */
export interface TestsRequest {
  /** Names of tests in slipway.yml. */
  names: readonly string[];
  /** Address of the environment, given to the tests as BASE_URL. */
  url: string;
  /** By digest: the tests run inside this image. */
  image: string;
  /** Full id of the commit that runs there. */
  sha: string;
}

/** Runs black-box tests, with the result of run-tests. Wired by `entry`: it needs slipway.yml and a Docker engine. */
export type RunTests = (request: TestsRequest) => Promise<StageResult>;

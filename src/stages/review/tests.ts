import type { Images } from '../../objects/images.ts';
import type { StageResult } from '../../stage-result.ts';

/** The black-box tests to run. */
export interface TestsRequest {
  /** Names of tests in slipway.yml. */
  names: readonly string[];
  /** URL of the environment; the tests get it as BASE_URL. */
  url: string;
  /** Images by digest, in which the tests run. */
  images: Images;
  /** Full id of the deployed commit. */
  sha: string;
}

/**
 * Runs black-box tests and returns the result of run-tests. `entry` wires it: it needs slipway.yml and a Docker engine.
 */
export type RunTests = (request: TestsRequest) => Promise<StageResult>;

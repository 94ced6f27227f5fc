import type { SlipwayError } from '../../errors.ts';
import type { Annotation, SummaryBlock } from '../stage-result.ts';

/** The black-box tests to run. */
export interface TestsRequest {
  /** Names of tests in slipway.yml. */
  names: readonly string[];
  /** Address of the environment, given to the tests as BASE_URL. */
  baseUrl: string;
  /** By digest: the tests run inside this image. */
  image: string;
}

export interface TestsReport {
  /** `12 passed, 1 failed` */
  text: string;
  /** Absent when all passed. */
  error: SlipwayError | undefined;
  blocks: SummaryBlock[];
  annotations: Annotation[];
}

/** Runs black-box tests. Wired by `entry`, because the stages do not know each other. */
export type RunTests = (request: TestsRequest) => Promise<TestsReport>;

import type { Annotation } from '../../stage-result.ts';
import type { Counts, TestCase } from './junit/report.ts';

/** How one test of slipway.yml ended. */
export interface TestRun {
  name: string;
  passed: boolean;
  /** One sentence when it did not pass. */
  reason: string;
  /** Test cases of its report; undefined without one: then its exit code alone was judged. */
  counts: Counts | undefined;
  /** Failed cases. */
  failed: TestCase[];
  /** Lines that show why, when the cases do not: the end of the output, the log of a service that died. Harmless. */
  details: string[];
  remedy: string | undefined;
  warnings: string[];
  annotations: Annotation[];
  /** Last log lines of its services, when it failed. */
  serviceLogs: { name: string; lines: string[] }[];
  /** Where its report was copied to. */
  report: string | undefined;
  /** Milliseconds, with its services. */
  ms: number;
}

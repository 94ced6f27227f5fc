import type { Annotation } from '../../stage-result.ts';
import type { Coverage } from './coverage/read.ts';
import type { Counts, TestCase } from './junit/report.ts';

/** What differs between a suite and its last run. */
export interface SinceLast {
  /** The run that it is compared with. */
  commit: string;
  run: string;
  /** Ids of the failed cases that did not fail then. */
  fresh: ReadonlySet<string>;
  /** Titles of the cases that failed then, and do not now. */
  fixed: readonly string[];
  /** Percentages of that run; undefined without a report. */
  coverage: { lines: number; branches?: number | undefined } | undefined;
}

/** How one test of slipway.yml ended. */
export interface TestRun {
  name: string;
  /** Name of the image that it vouches for. */
  image: string;
  /** Stage of the Dockerfile that it ran in; undefined: the image itself. */
  target: string | undefined;
  passed: boolean;
  /** One sentence for a test that did not pass. */
  reason: string;
  /** Test cases of its report; undefined without one: then its exit code alone decided. */
  counts: Counts | undefined;
  /** Failed cases; those that did not fail in the last run first. */
  failed: TestCase[];
  /** Cases that failed at first, and passed when they were repeated. */
  flaky: TestCase[];
  /** undefined without a coverage report. */
  coverage?: Coverage;
  /** What differs from the last run; undefined where that is not known. */
  since?: SinceLast;
  /** Lines with the reason, when the cases do not show it: the end of the output, or the log of a dead service. Neutralised. */
  details: string[];
  remedy: string | undefined;
  warnings: string[];
  /** One for each of `failed`, in their order. */
  annotations: Annotation[];
  /** Last log lines of its services, after a failure. */
  serviceLogs: { name: string; lines: string[] }[];
  /** Path of the copy of its report. */
  report: string | undefined;
  /** Hash of its definition. */
  hash: string;
  /** URL of the run in which it passed for the same sources; undefined: it ran now. */
  reusedFrom?: string;
  /** Milliseconds, with its services. */
  ms: number;
}

import type { Clock, Cluster, Files, GitHub, Log } from '../../ports.ts';

/** What a look for drift works with. */
export interface DriftPorts {
  clock: Clock;
  log: Log;
  /** Where the report is written. */
  files: Files;
  signal: AbortSignal;
  /** The cluster of an environment; nothing is sent to it before. */
  connect(environment: string): Promise<Cluster>;
  /** undefined without a token. */
  github: Pick<GitHub, 'findIssue' | 'openIssue' | 'updateIssue' | 'closeIssue'> | undefined;
}

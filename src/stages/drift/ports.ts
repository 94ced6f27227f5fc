import type { Clock, Cluster, Files, GitHub, Log } from '../../ports.ts';

/** The ports of drift. */
export interface DriftPorts {
  clock: Clock;
  log: Log;
  /** Where the report is written. */
  files: Files;
  signal: AbortSignal;
  /** Opens the cluster of an environment. Sends nothing before. */
  connect(environment: string): Promise<Cluster>;
  /** undefined without a token. */
  github: Pick<GitHub, 'findIssue' | 'openIssue' | 'updateIssue' | 'closeIssue'> | undefined;
}

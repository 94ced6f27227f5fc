import type { Credentials } from '../../objects/ingress/login.ts';
import type { Builder, Clock, Cluster, GitHub, Http, Log, Registry } from '../../ports.ts';
import type { RunTests } from './tests.ts';

/** What review environments need from the world. */
export interface ReviewPorts {
  /** Opens the cluster: the first use of its credentials, and so only after it is clear that there is something to do. */
  connect(): Promise<Cluster>;
  registry: Pick<Registry, 'resolve'>;
  /** undefined: a run without a token; nothing is told on the pull request. */
  github: GitHub | undefined;
  /** The local Docker engine; undefined where there is none. */
  builder: Pick<Builder, 'listImages' | 'removeImages'> | undefined;
  http: Http;
  /** Runs black-box tests; undefined where no Docker engine could. */
  runTests: RunTests | undefined;
  /** What visitors are asked for; undefined: nothing. It is no part of the plan, which can be printed. */
  credentials?: Credentials | undefined;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

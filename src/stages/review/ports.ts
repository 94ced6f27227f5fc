import type { VisitorCredentials } from '../../objects/ingress/login.ts';
import type { Builder, Clock, Cluster, ConfinedRenderer, GitHub, Http, Log, Registry, Variables } from '../../ports.ts';
import type { CheckEvidence } from '../evidence/require.ts';
import type { OnWaiting } from '../site.ts';
import type { RunTests } from './tests.ts';

/** What review environments work with. */
export interface ReviewPorts {
  /** Opens the cluster, which uses its credentials for the first time: only when there is something to do. */
  connect(): Promise<Cluster>;
  registry: Pick<Registry, 'resolve'>;
  /** undefined without a token: the pull request is not updated. */
  github: GitHub | undefined;
  /** The local Docker engine; undefined where there is none. */
  builder: Pick<Builder, 'listImages' | 'removeImages'> | undefined;
  http: Http;
  /** The check of the evidence of the images; undefined: none is required. */
  checkEvidence?: CheckEvidence | undefined;
  /** Renders the team's own objects. */
  renderer: ConfinedRenderer;
  /** Runs black-box tests; undefined without a Docker engine. */
  runTests: RunTests | undefined;
  /** The login that visitors need; undefined: none. It is not part of the plan, because a plan can be printed. */
  credentials?: VisitorCredentials | undefined;
  variables: Variables;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  onWaiting?: OnWaiting | undefined;
}

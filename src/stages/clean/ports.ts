import type { Clock, Cluster, GitHub, ImageRepository, Log } from '../../ports.ts';

/** What clean-registry works with. */
export interface CleanPorts {
  /** @param environment of slipway.yml; undefined: the cluster of review environments */
  connect(environment: string | undefined): Promise<Cluster>;
  /** @param repository host/path */
  repository(repository: string): ImageRepository;
  github: Pick<GitHub, 'openPullRequests' | 'repositoryId'>;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

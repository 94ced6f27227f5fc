/** What `slipway doctor` reads of the world. Nothing here writes. */
import type { Cluster } from './cluster.ts';

/** A cluster, as one of its users sees it. */
export interface InspectedCluster extends Pick<Cluster, 'name' | 'version' | 'get' | 'list' | 'allowed' | 'resource'> {
  /** Name of the user as the API server knows it; undefined before Kubernetes 1.28. */
  username(): Promise<string | undefined>;
  /** The same cluster, as another user: every request impersonates it. */
  as(user: string): InspectedCluster;
}

import { KubeCluster } from './kube-cluster.ts';
import type { RestContext } from './rest.ts';

/** A cluster to work with. Nothing is sent before the first call. */
export function openKube(context: RestContext): KubeCluster {
  return new KubeCluster(context);
}

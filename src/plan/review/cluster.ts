import type { ClusterConfig, Config } from '../../config/schema.ts';

/** The cluster of review environments and its key in slipway.yml; default: the cluster of staging. */
export function reviewClusterOf(config: Config | undefined): [ClusterConfig | undefined, string] {
  if (config?.review?.cluster) return [config.review.cluster, 'review.cluster'];
  const staging = config?.environments?.staging?.cluster;
  return staging ? [staging, 'environments.staging.cluster'] : [undefined, 'review.cluster'];
}

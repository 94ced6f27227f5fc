import type { Cluster, GitHub } from '../../ports.ts';
import type { DeliveryPorts } from '../rollout/ports.ts';

/** What a promotion works with: `cluster` is the one of the target. */
export interface PromotePorts extends Omit<DeliveryPorts, 'github'> {
  /** The cluster that the release is proven in; it may be the same. */
  source: Cluster;
  /** undefined without a token. */
  github: Pick<GitHub, 'compare' | 'environment' | 'reviewsOfRun'> | undefined;
}

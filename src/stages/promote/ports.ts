import type { Cluster, GitHub } from '../../ports.ts';
import type { VerifyBuilders } from '../evidence/verify.ts';
import type { DeliveryPorts } from '../rollout/ports.ts';

/** The ports of a promotion: `cluster` is the one of the target. */
export interface PromotePorts extends Omit<DeliveryPorts, 'github'> {
  /** The cluster of the source environment; it may be the same. */
  source: Cluster;
  /** The check of who built the images; undefined: slipway.yml does not ask for it. */
  verifyBuilders?: VerifyBuilders | undefined;
  /** undefined without a token. */
  github: Pick<GitHub, 'compare' | 'commitsBetween' | 'environment' | 'reviewsOfRun'> | undefined;
}

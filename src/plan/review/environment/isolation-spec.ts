import type { Owner } from './owner.ts';
import type { PodSecurity } from './security.ts';

/** Ceilings of a whole environment, so that no pull request can eat the cluster (ResourceQuota). */
export interface Quota {
  cpu: string;
  memory: string;
  pods: number;
  storage: string;
}

/** What the walls around an environment are made from. */
export interface Isolation {
  owner: Owner;
  namespace: string;
  /** What the namespace is; default: a review environment. */
  environment?: 'review' | 'review-template';
  quota: Quota;
  podSecurity: PodSecurity;
  /** Port of the app: what the URL leads to. */
  appPort: number;
  /** Services of type LoadBalancer that it may have; default: none. */
  loadBalancers?: number;
  /** cert-manager asks for its certificate: its solver has to be reached from outside. */
  certified?: boolean;
  /** Networks that the pods may reach besides their own namespace: CIDRs. */
  egress: readonly string[];
  /** Pods of another namespace that they may reach besides: the shared database server, where Slipway runs it. */
  server?: { namespace: string; name: string } | undefined;
}

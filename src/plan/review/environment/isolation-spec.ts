import type { PodSecurity } from '../../services/security.ts';
import type { Owner } from './owner.ts';

/** The most that one environment may use, so that no pull request can exhaust the cluster (ResourceQuota). */
export interface Quota {
  cpu: string;
  memory: string;
  pods: number;
  storage: string;
  /** Disk of the nodes: container file systems, logs, emptyDir. */
  ephemeralStorage: string;
}

/** What quota and network policies of an environment are made from. */
export interface Isolation {
  owner: Owner;
  namespace: string;
  /** What the namespace is; default: a review environment. */
  environment?: 'review' | 'review-template';
  quota: Quota;
  podSecurity: PodSecurity;
  /** What requests from outside reach: the port of each process that has one. */
  exposed: readonly { component: string; port: number }[];
  /** Number of Services of type LoadBalancer that it may have; default 0. */
  loadBalancers?: number;
  /** cert-manager requests its certificate, and its solver answers requests from outside. */
  certified?: boolean;
  /** What the pods may reach besides their own namespace: CIDRs, or `internet`. */
  egress: readonly string[];
  /** The shared database server that the pods may reach, where Slipway runs it. */
  server?: { namespace: string; name: string } | undefined;
}

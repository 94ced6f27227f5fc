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

/** Pods that requests from outside of the namespace reach. */
export interface Exposed {
  /** Name of the NetworkPolicy. */
  name: string;
  /** Labels of the pods. */
  selector: Readonly<Record<string, string>>;
  /** Ports of the pods: numbers or names. */
  ports: readonly (number | string)[];
}

/** What quota and network policies of an environment are made from. */
export interface Isolation {
  owner: Owner;
  namespace: string;
  /** What the namespace is; default: a review environment. */
  environment?: 'review' | 'review-template';
  quota: Quota;
  podSecurity: PodSecurity;
  /** The pods that the URL leads to. */
  exposed: readonly Exposed[];
  /** Number of Services of type LoadBalancer that it may have; default 0. */
  loadBalancers?: number;
  /** cert-manager requests its certificate, and its solver answers requests from outside. */
  certified?: boolean;
  /** What the pods may reach besides their own namespace: CIDRs, or `internet`. */
  egress: readonly string[];
  /** The shared database server that the pods may reach, where Slipway runs it. */
  server?: { namespace: string; name: string } | undefined;
}

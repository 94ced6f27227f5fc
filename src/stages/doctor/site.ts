import type { CheckId } from '../../doctor-checks.ts';
import type { Kubectl } from '../../plan/doctor/cluster/target.ts';
import type { ExpectedEnvironment, ExpectedReview } from '../../plan/doctor/expected.ts';
import type { Finding } from '../../plan/doctor/report.ts';
import type { Accounts } from './account.ts';
import type { ClusterView } from './cluster-view.ts';

/** One cluster, and what of slipway.yml it serves. */
export interface ClusterSite {
  /** For people: the context, or the resource path of GKE. */
  name: string;
  kubectl: Kubectl;
  view: ClusterView;
  environments: readonly ExpectedEnvironment[];
  /** Review environments, if this is their cluster. */
  review: ExpectedReview | undefined;
}

/** A check of the cluster, and who it is about. */
export type ClusterCheck = { id: CheckId; subject: string; check: () => Promise<Finding | Finding[]> };

/** What the checks of one cluster share. */
export interface Around {
  site: ClusterSite;
  view: ClusterView;
  app: string;
  repositories: readonly string[];
  accounts: Accounts;
  /** Milliseconds since the epoch. */
  now: number;
}

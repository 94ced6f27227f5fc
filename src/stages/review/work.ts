import type { ReviewUpPlan } from '../../plan/review-plan.ts';
import type { ClusterReads, Rendered } from '../../ports.ts';
import type { ReviewState } from '../../report/review-state.ts';
import type { Site } from '../site.ts';
import type { Steps } from '../steps.ts';
import type { ReviewPorts } from './ports.ts';

/** The ports of review environments, with the cluster open. */
export type ReviewSite = ReviewPorts & Site;

/** The objects of a team as its files say, before anything of the environment is put in. */
export interface OwnRender {
  rendered: Rendered[];
  /** A deploy has succeeded here before. */
  isUpgrade: boolean;
}

/** Everything that a step of bringing an environment up works with. */
export interface Work {
  plan: ReviewUpPlan;
  site: ReviewSite;
  steps: Steps;
  /** Full commit id. */
  commit: string;
  /** The objects of the team, rendered and checked; undefined: Slipway writes the objects. */
  own?: OwnRender | undefined;
  /** The commit comes from a fork: it is approved for an environment, and for nothing else. */
  fork: boolean;
  /** RFC 3339 */
  expiresAt: string;
  /** Called before the first write: until then the environment is as it was. */
  begin(): void;
  /** Adds to the state of the environment; it stays when a later step fails. */
  update(known: Partial<ReviewState> | ((state: ReviewState) => Partial<ReviewState>)): void;
}

/** What the objects of a team are made from: all of it reads, and nothing writes. */
export interface OwnWork extends Pick<Work, 'plan' | 'commit'> {
  site: Pick<ReviewPorts, 'credentials' | 'renderer' | 'signal' | 'log'> & { cluster: ClusterReads };
}

/** The same before the cluster is open. */
export type Unopened = Omit<Work, 'site'> & { ports: ReviewPorts };

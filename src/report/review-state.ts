import type { Images } from '../objects/images.ts';
import type { Step } from '../stage-result.ts';

/** The phase of an environment. `absent`: a removal found nothing to remove. */
export type ReviewPhase = 'starting' | 'ready' | 'asleep' | 'queued' | 'failed' | 'cancelled' | 'removed' | 'absent';

/** Something that runs in an environment, such as `web`, `one pod`. */
export interface Part {
  name: string;
  what: string;
  /** Of a cron: its name for `/review run`. */
  cron?: string;
}

/** The state of a review environment. Comment, GitHub Deployment, summary and outputs are all made from it. */
export interface ReviewState {
  app: string;
  /** Pull request. */
  number: number;
  /** Which one of several environments of the pull request. */
  variant?: string | undefined;
  /** When this state was published, in milliseconds since the epoch: orders two states of a variant. */
  toldAt?: number | undefined;
  phase: ReviewPhase;
  namespace: string;
  /** Name of the cluster; empty before it is connected to. */
  cluster: string;
  /** Full commit id; empty when it is not known. */
  commit: string;
  /** By digest; empty before they are known. */
  images: Images;
  /** Empty while only the cluster knows. */
  url: string;
  /** Who may open it, in words; undefined for everybody who can reach it. */
  guard?: string | undefined;
  /** The URL answers: this version, or while one is `starting` or has `failed` perhaps an earlier one. */
  answers: boolean;
  /** What runs, the app first. */
  parts: Part[];
  database: { title: string; data: DatabaseState; seed: string | undefined } | undefined;
  tests: { passed: boolean; text: string } | undefined;
  /** RFC 3339; undefined when nothing will be there. */
  expiresAt: string | undefined;
  /** URL of the run; empty for a run by hand. */
  run: string;
  steps: Step[];
  /** Milliseconds. */
  ms: number;
  /** What a deploy that has not ended waits for. */
  waiting?: { what: string; remedy?: string | undefined } | undefined;
  failure: { message: string; details: readonly string[]; remedy: string | undefined } | undefined;
  /** What was removed; undefined while the environment exists. */
  gone?: { namespaces: string[]; images: string[]; because?: 'closed' | 'expired' };
  /** For a queued environment: its place, and what to do. */
  queue?: string;
  /** The answer to a command in a comment. */
  answer?: Answer | undefined;
  /** Sentences that are worth knowing and no failure. */
  notes: string[];
}

/** The result of a command. */
export interface Answer {
  /** The command as parsed: `/review extend 24h`. */
  command: string;
  /** Login of the author of the command. */
  by: string;
  /** Sentences. */
  text: string;
  logs?: { title: string; lines: readonly string[] }[];
}

/** `new`: empty except for the migrations. `kept`: with the data of earlier deploys. */
export type DatabaseState = 'new' | 'seeded' | 'kept';

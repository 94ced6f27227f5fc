import type { Step } from '../stage-result.ts';

/** Where an environment stands. `absent`: it was to be removed, and nothing was there. */
export type ReviewPhase = 'starting' | 'ready' | 'asleep' | 'queued' | 'failed' | 'cancelled' | 'removed' | 'absent';

/** What is known about a review environment: comment, GitHub Deployment, summary and outputs are all made from it. */
export interface ReviewState {
  app: string;
  /** Pull request. */
  number: number;
  /** Which one of several environments of the pull request. */
  variant?: string | undefined;
  /** When this was told, milliseconds since the epoch: which of two states of a variant is the later one. */
  toldAt?: number | undefined;
  phase: ReviewPhase;
  namespace: string;
  /** Name of the cluster; empty before it is connected to. */
  cluster: string;
  /** Full commit id; empty when it is not known. */
  commit: string;
  /** By digest; empty before it is known. */
  image: string;
  /** Empty while only the cluster knows. */
  url: string;
  /** Whom it lets in, in words; undefined: everybody who can reach it. */
  guard?: string | undefined;
  /** The URL answers: this version, or while one is `starting` or has `failed` perhaps an earlier one. */
  answers: boolean;
  /** What runs, the app first. */
  parts: { name: string; what: string }[];
  database: { title: string; data: DatabaseState; seed: string | undefined } | undefined;
  tests: { passed: boolean; text: string } | undefined;
  /** RFC 3339; undefined when nothing will be there. */
  expiresAt: string | undefined;
  /** URL of the run; empty for a run by hand. */
  run: string;
  steps: Step[];
  /** Milliseconds. */
  ms: number;
  failure: { message: string; details: readonly string[]; remedy: string | undefined } | undefined;
  /** What was removed; undefined while the environment is there. */
  gone?: { namespaces: string[]; images: string[]; because?: 'closed' | 'expired' };
  /** Of one that is queued: who is before it, and what to do. */
  queue?: string;
  /** The answer to a command in a comment. */
  answer?: Answer | undefined;
  /** Sentences worth knowing that are no failure. */
  notes: string[];
}

/** What a command came to. */
export interface Answer {
  /** As it was understood: `/review extend 24h`. */
  command: string;
  /** Login of who asked. */
  by: string;
  /** Sentences. */
  text: string;
  logs?: { title: string; lines: readonly string[] }[];
}

/** `new`: empty but for the migrations. `kept`: with what reviewers have made of it. */
export type DatabaseState = 'new' | 'seeded' | 'kept';

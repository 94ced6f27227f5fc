import { pullRequestWords } from '../plan/review/variant.ts';
import { humanDuration } from '../text/duration.ts';
import type { DatabaseState, ReviewState } from './review-state.ts';

/** One sentence: the present state. */
export function reviewHeadline(state: ReviewState): string {
  const of = pullRequestWords(state);
  switch (state.phase) {
    case 'starting':
      return `the review environment of ${of} is being brought up`;
    case 'ready':
      return `the review environment of ${of} ${state.url.startsWith('tcp:') ? 'is ready' : 'answers'} at ${state.url}`;
    case 'asleep':
      return `the review environment of ${of} sleeps: /review wake, or a push, brings it back`;
    case 'queued':
      return `the review environment of ${of} waits for a free place`;
    case 'failed':
      return `the review environment of ${of} failed: ${state.failure?.message ?? 'see the log'}`;
    case 'cancelled':
      return `the run that brought up the review environment of ${of} was cancelled`;
    case 'removed':
      return `the review environment of ${of} was removed: nothing of it is left`;
    case 'absent':
      return `there was no review environment of ${of}: nothing to remove`;
  }
}

const DATA: Record<DatabaseState, string> = {
  new: 'new and empty but for the migrations',
  seeded: 'new',
  kept: 'with the data of before',
};

/** `PostgreSQL 17, new, seeded from db/seed.sql` */
export function databaseWords({ title, data, seed }: NonNullable<ReviewState['database']>): string {
  return [title, DATA[data], data === 'seeded' ? `seeded from ${seed ?? 'a file'}` : ''].filter(Boolean).join(', ');
}

/** Faster steps are left out. */
const WORTH_TELLING_MS = 1_000;

/** `migrate 1.2 s · app 4 s · in all 9 s` */
export function stepWords({ steps, ms }: Pick<ReviewState, 'steps' | 'ms'>): string {
  const long = steps.filter((step) => step.ms >= WORTH_TELLING_MS);
  const each = long.map((step) => `${step.name} ${humanDuration(step.ms)}`);
  return [...each, `in all ${humanDuration(ms)}`].join(' · ');
}

/** `2026-10-12 11:00 UTC` */
export function expiryWords(expiresAt: string): string {
  return `${expiresAt.slice(0, 10)} ${expiresAt.slice(11, 16)} UTC`;
}

/** Something of it was written: a deploy that was refused before has images, and no time at which it is removed. */
export function isDeployed({ images, expiresAt }: Pick<ReviewState, 'images' | 'expiresAt'>): boolean {
  return Object.keys(images).length > 0 && expiresAt !== undefined;
}

/** How to read the app's log from a terminal. */
export function logCommand({ namespace, app, parts }: Pick<ReviewState, 'namespace' | 'app' | 'parts'>): string {
  const name = parts.some((part) => part.name === app) ? app : (parts[0]?.name ?? app);
  return `kubectl logs --namespace ${namespace} deployment/${name} --follow`;
}

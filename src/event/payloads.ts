import * as z from 'zod';

/**
 * The fields of GitHub's payloads that Slipway reads; all others are ignored.
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads
 */

/** SHA-1, or SHA-256 where a repository uses it. */
export const commitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'is not a full commit id');

const repository = z.object({
  id: z.int().positive(),
  full_name: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'is not owner/name'),
  default_branch: z.string().min(1),
});

export const pushPayload = z.object({
  ref: z.string().regex(/^refs\/(heads|tags)\/./, 'is not refs/heads/… or refs/tags/…'),
  before: commitId,
  after: commitId,
  deleted: z.boolean(),
  head_commit: z.object({ id: commitId }).nullish(),
  repository,
});

export const pullRequestPayload = z.object({
  action: z.string().min(1),
  number: z.int().positive(),
  repository,
  pull_request: z.object({
    title: z.string(),
    merged: z.boolean().nullish(),
    head: z.object({
      ref: z.string().min(1),
      sha: commitId,
      // null after the fork is deleted
      repo: z.object({ id: z.int() }).nullish(),
    }),
    base: z.object({ ref: z.string().min(1), repo: z.object({ id: z.int() }) }),
  }),
});

export const commentPayload = z.object({
  action: z.string().min(1),
  repository,
  issue: z.object({ number: z.int().positive(), pull_request: z.object({}).nullish() }),
  comment: z.object({
    id: z.int().positive(),
    body: z.string().nullish(),
    // null for a deleted account
    user: z.object({ login: z.string().min(1), type: z.string() }).nullish(),
  }),
});

export const workflowRunPayload = z.object({
  action: z.string().min(1),
  repository,
  workflow_run: z.object({
    event: z.string().min(1),
    conclusion: z.string().nullish(),
    head_sha: commitId,
    // null after the fork is deleted
    head_repository: z.object({ id: z.int() }).nullish(),
  }),
});

export const manualPayload = z.object({
  ref: z.string().min(1),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable().transform(text)).nullish(),
  repository,
});

/** The payload of a schedule is the cron line; newer payloads also hold the repository. */
export const schedulePayload = z.object({ repository: repository.nullish() });

function text(value: string | number | boolean | null): string {
  return value === null ? '' : String(value);
}

import { readFileSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { type MeasuredStartup, measuredStartup } from '../objects/app/measured-startup.ts';
import { type ClusterInputs, clusterInputs } from './common.ts';
import type { Inputs } from './read.ts';
import { checkedVariant } from './variant.ts';

const OPERATIONS = [
  'auto',
  'up',
  'down',
  'reset-database',
  'sleep',
  'wake',
  'restart',
  'extend',
  'logs',
  'command',
  'template',
  'report-failure',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Inputs of review-environment; they override slipway.yml. */
export interface ReviewInputs {
  /** Default: auto, which decides from the event. */
  operation: Operation;
  /** Repository with tag or digest; default: the image that push-to-registry pushed for this commit. */
  image: string | undefined;
  /** Number of the pull request; default: the number of the event. */
  number: number | undefined;
  /** Variant of the environment; default: the environment without a variant, or all of them. */
  variant: string | undefined;
  /** GitHub environment whose reviewers approved the commit of a fork; `entry/forks.ts` verifies the approval. */
  approvedIn: string | undefined;
  /** Milliseconds. */
  ttlMs: number | undefined;
  /** Milliseconds to wait for each part of the environment. */
  timeoutMs?: number | undefined;
  /** Object of a process → milliseconds to start, as preflight measured it. */
  startup?: MeasuredStartup;
  cluster: ClusterInputs;
}

/** @throws UserError for an unknown operation, and for an invalid number or duration */
export function reviewInputs(inputs: Inputs): ReviewInputs {
  return {
    operation: inputs.choice('operation', OPERATIONS) ?? 'auto',
    image: inputs.text('image'),
    number: pullRequestNumber(inputs.text('number')),
    variant: checkedVariant(inputs.text('variant')),
    approvedIn: inputs.text('approved-in'),
    ttlMs: inputs.duration('ttl'),
    timeoutMs: inputs.duration('timeout'),
    startup: measuredStartup(inputs.pairs('startup')),
    cluster: clusterInputs(inputs),
  };
}

/** @throws UserError for what is not a number of a pull request */
export function pullRequestNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new UserError(`input \`number\`: "${text}" is not the number of a pull request`, {
    remedy: 'Write its number alone, for example 7.',
  });
}

/** A file of the application that Slipway copies into the environment. */
export interface AppFile {
  /** Path in slipway.yml. */
  path: string;
  content: Buffer;
}

/**
 * Reads the seed file.
 * @param workingDirectory absolute folder of the application; the file must lie in it
 * @throws UserError when it is missing, or lies elsewhere
 */
export function readSeed(workingDirectory: string, path: string): AppFile {
  let real: string;
  try {
    real = realpathSync(resolve(workingDirectory, path));
  } catch (cause) {
    throw new UserError(`review.database.seed: ${path} was not found in ${workingDirectory}`, {
      remedy:
        'Correct the path, which is relative to the working directory, or commit the file. A dump in an image needs `image` beside it.',
      cause,
    });
  }
  // A file of the runner, such as a credential, must not get into a database that others can read.
  if (!real.startsWith(realpathSync(workingDirectory) + sep)) {
    throw new UserError(`review.database.seed: ${path} lies outside of ${workingDirectory}`, {
      remedy: 'Keep the seed file in the folder of the application.',
    });
  }
  return { path, content: readFileSync(real) };
}

/** A review environment by slipway.yml alone: no input of the action is given. */
export const NO_REVIEW_INPUTS = {
  operation: 'up',
  image: undefined,
  number: undefined,
  variant: undefined,
  approvedIn: undefined,
  ttlMs: undefined,
  cluster: { kubeconfig: undefined, context: undefined, cluster: undefined, namespace: undefined },
} as const;

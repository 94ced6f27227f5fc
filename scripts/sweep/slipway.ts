import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imagesOf } from '../../src/config/images.ts';
import type { KubeObject } from '../../src/ports.ts';
import { type ActionResult, jobFolders, runAction } from '../../test/support/action-runner.ts';
import { push } from '../../test/support/triggers.ts';
import type { Verdict } from './native.ts';
import type { Recorder } from './recorder.ts';
import type { SweepSet } from './sweep-set.ts';

export interface SlipwayVerdict extends Verdict {
  /** The last line of advice of a refusal; empty where it gives none. */
  remedy: string;
  /** Warnings of the run. */
  warnings: string[];
}

interface Place {
  kubeconfig: string;
  /** Folder for the job. */
  scratch: string;
  env: NodeJS.ProcessEnv;
}

/** The digest of an image that a dry run does not need: nobody pulls it. */
const SOME_DIGEST = `sha256:${'5'.repeat(64)}`;

/** A dry run of a set by the action rolling-update of the built Slipway, on a push. */
export async function dryRunBySlipway(
  set: SweepSet,
  recorder: Recorder,
  { scratch, env, images }: Pick<Place, 'scratch' | 'env'> & { images: readonly string[] },
): Promise<SlipwayVerdict> {
  const started = Date.now();
  const kubeconfig = join(scratch, 'slipway.kubeconfig');
  await writeFile(kubeconfig, recorder.kubeconfig(set.namespace));
  const image = imagesAtHand(set, images, (repository) => `${repository}@${SOME_DIGEST}`);
  const ended = await rollingUpdate(set, image, { kubeconfig, scratch, env }, true);
  const objects = new Map<string, KubeObject>();
  for (const [key, { object }] of recorder.answers) if (object) objects.set(key, object);
  return { ...verdictOf(ended), objects, ms: Date.now() - started };
}

/**
 * The input `image` for a set: its images among these, by digest.
 * @param otherwise the image of a repository that is not among them
 * @returns a line `name=reference` for each of several images; undefined where one is missing
 */
export function imagesAtHand<T extends string | undefined>(
  { config }: SweepSet,
  images: readonly string[],
  otherwise: (repository: string) => T,
): string | T {
  const found = Object.entries(imagesOf(config)).map(([name, { repository }]) => {
    const image = images.find((one) => one.startsWith(`${repository}@sha256:`)) ?? otherwise(repository);
    return config.images === undefined || image === undefined ? image : `${name}=${image}`;
  });
  return found.some((one) => one === undefined) ? otherwise('') : found.join('\n');
}

/** Runs rolling-update as a step of a job runs it. */
export function rollingUpdate(
  { folder, environment }: SweepSet,
  image: string,
  { kubeconfig, scratch, env }: Place,
  dryRun: boolean,
): Promise<ActionResult> {
  return runAction({
    action: 'rolling-update',
    inputs: { environment, image, 'dry-run': String(dryRun), kubeconfig, timeout: '3m' },
    trigger: push(),
    folders: { ...jobFolders(scratch), workspace: folder },
    env,
  });
}

/** What a run said, as far as a sweep compares it. */
export function verdictOf({
  exitCode,
  annotations,
  log,
}: Pick<ActionResult, 'exitCode' | 'annotations' | 'log'>): Omit<SlipwayVerdict, 'objects' | 'ms'> {
  const errors = annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
  const words = (errors.length > 0 ? errors : log.lines.slice(-5)).flatMap((text) => text.split('\n'));
  const warnings = annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  return {
    accepted: exitCode === 0,
    words: exitCode === 0 ? [] : words,
    remedy: exitCode === 0 ? '' : (words.at(-1) ?? ''),
    warnings,
  };
}

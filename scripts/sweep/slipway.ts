import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  const image = imageAtHand(set, images) ?? `${set.config.image.repository}@${SOME_DIGEST}`;
  const ended = await rollingUpdate(set, image, { kubeconfig, scratch, env }, true);
  const objects = new Map<string, KubeObject>();
  for (const [key, { object }] of recorder.answers) if (object) objects.set(key, object);
  return { ...verdictOf(ended), objects, ms: Date.now() - started };
}

/** The image of a set among these, by digest. */
export function imageAtHand({ config }: SweepSet, images: readonly string[]): string | undefined {
  return images.find((image) => image.startsWith(`${config.image.repository}@sha256:`));
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

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionResult } from '../../test/support/action-runner.ts';
import type { SweepOptions } from './options.ts';
import { imagesAtHand, rollingUpdate, verdictOf } from './slipway.ts';
import type { SweepSet } from './sweep-set.ts';

/** Real rollouts of a set. */
export interface Real {
  /** Whether the first is ready, and the second has nothing to change. */
  held: boolean;
  /** `succeeded in 4 s, then unchanged in 1 s`, or why not. */
  words: string;
}

/**
 * Rolls a set out, and then once more without a change. undefined where the image of the set is not at hand: that is, where
 * its repository is none of those that the caller names, by digest.
 */
export async function rollOut(
  set: SweepSet,
  { kubeconfig, env, images = [] }: SweepOptions,
): Promise<Real | undefined> {
  const image = imagesAtHand(set, images, () => undefined);
  if (image === undefined) return undefined;
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-sweep-'));
  const once = async () => {
    const started = Date.now();
    const ended = await rollingUpdate(set, image, { kubeconfig, scratch, env }, false);
    return { ended, seconds: ((Date.now() - started) / 1000).toFixed(1) };
  };
  try {
    const first = await once();
    if (first.ended.outputs.outcome !== 'succeeded') return failed(first.ended);
    const second = await once();
    if (second.ended.outputs.outcome !== 'unchanged') return failed(second.ended);
    return { held: true, words: `succeeded in ${first.seconds} s, then unchanged in ${second.seconds} s` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function failed(ended: ActionResult): Real {
  const [why = ''] = verdictOf(ended).words;
  return { held: false, words: `${ended.outputs.outcome ?? 'no outcome'}: ${why}` };
}

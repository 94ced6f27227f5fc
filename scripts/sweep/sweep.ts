import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKubeconfig } from '../../src/adapters/kube/kubeconfig.ts';
import { type Class, classify } from './classify.ts';
import { compareObjects, type Difference } from './compare.ts';
import { withNamespace } from './namespace.ts';
import { dryRunNatively, type Verdict } from './native.ts';
import type { SweepOptions } from './options.ts';
import { type Real, rollOut } from './real.ts';
import { Recorder } from './recorder.ts';
import { dryRunBySlipway, type SlipwayVerdict } from './slipway.ts';
import { openSet, type SweepSet } from './sweep-set.ts';

/** What became of one set. */
export interface Swept {
  id: string;
  source: 'manifests' | 'kustomize' | 'helm';
  class: Class;
  why: string;
  objects: { native: number; slipway: number };
  native: Pick<Verdict, 'accepted' | 'words' | 'ms'>;
  slipway: Pick<SlipwayVerdict, 'accepted' | 'words' | 'remedy' | 'warnings' | 'ms'>;
  differences: Difference[];
  real?: Real;
}

/**
 * Dry runs of one set by Slipway and by the native program, in a namespace that is made for it and deleted afterwards.
 * @param folder of the set
 */
export async function sweep(folder: string, options: SweepOptions): Promise<Swept> {
  const checkout = await mkdtemp(join(tmpdir(), 'slipway-sweep-set-'));
  try {
    return await sweepSet(await openSet(folder, checkout, options.env), options);
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}

async function sweepSet(set: SweepSet, options: SweepOptions): Promise<Swept> {
  return withNamespace(set, options, async () => {
    const native = await recorded(options, (place) => dryRunNatively(set, place));
    // Random values differ between two renders of the same chart.
    const again = set.config.deploy.helm ? await recorded(options, (place) => dryRunNatively(set, place)) : native;
    const slipway = await recorded(options, ({ recorder, ...place }) =>
      dryRunBySlipway(set, recorder, { ...place, images: options.images ?? [] }),
    );
    for (const objects of [native, again, slipway]) objects.objects.delete(`Namespace/${set.namespace}`);
    const both = native.accepted && slipway.accepted;
    const differences = both ? compareObjects(native.objects, slipway.objects, again.objects) : [];
    const real = options.real && slipway.accepted ? await rollOut(set, options) : undefined;
    return {
      id: set.id,
      source: sourceName(set),
      ...classify(native, slipway, differences),
      objects: { native: native.objects.size, slipway: slipway.objects.size },
      native: said(native),
      slipway: { ...said(slipway), remedy: slipway.remedy, warnings: slipway.warnings },
      differences,
      ...(real ? { real } : {}),
    };
  });
}

function sourceName({ config: { deploy } }: SweepSet): Swept['source'] {
  if (deploy.helm) return 'helm';
  return deploy.kustomize ? 'kustomize' : 'manifests';
}

function said({ accepted, words, ms }: Verdict): Pick<Verdict, 'accepted' | 'words' | 'ms'> {
  return { accepted, words, ms };
}

/** @throws Error if a dry run wrote anything */
async function recorded<T>(
  { kubeconfig, env }: SweepOptions,
  work: (place: { recorder: Recorder; scratch: string; env: NodeJS.ProcessEnv }) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-sweep-'));
  const recorder = await Recorder.start(readKubeconfig(kubeconfig, undefined));
  try {
    const result = await work({ recorder, scratch, env });
    if (recorder.written.length > 0) throw new Error(`a dry run wrote: ${recorder.written.join(', ')}`);
    return result;
  } finally {
    await recorder.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

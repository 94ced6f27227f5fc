import { resolve } from 'node:path';
import { rootOf } from '../adapters/git/checkout.ts';
import { emptyCluster } from '../adapters/kube/offline/empty-cluster.ts';
import { createConfinedRenderer } from '../adapters/kube/render/confined/renderer.ts';
import { createOfflineRenderer } from '../adapters/kube/render/offline-renderer.ts';
import { imagesOf } from '../config/images.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { located } from '../config/written-at.ts';
import { SlipwayError } from '../errors.ts';
import type { ManualEvent } from '../event/pipeline-event.ts';
import { RENDER_USAGE, type RenderInputs, renderInputs } from '../inputs/render.ts';
import { NO_REVIEW_INPUTS, readSeed } from '../inputs/review-environment.ts';
import { readImages } from '../objects/images.ts';
import { renderPersistent } from '../plan/render/persistent.ts';
import type { RenderedEnvironment } from '../plan/render/rendered.ts';
import { seedFile } from '../plan/review/database/seed.ts';
import { expiresAt } from '../plan/review/ttl.ts';
import { configOfVariant } from '../plan/review/variant.ts';
import { planReviewUp } from '../plan/review-plan.ts';
import { imagesOfCommit, NO_ROLLOUT_INPUTS, planFor, unknownEnvironment } from '../plan/rollout-plan.ts';
import type { Log } from '../ports.ts';
import { renderOwnReview, renderOwnRollout } from '../stages/render/own-objects.ts';
import { yamlDocuments } from '../text/yaml/write.ts';
import { checkoutEvent } from './checkout-event.ts';
import { type Command, print } from './command.ts';

/** `slipway render`: prints the objects of an environment, without a cluster. */
export const renderCommand: Command = {
  usage: RENDER_USAGE,
  async run(args) {
    const inputs = renderInputs(args);
    const workingDirectory = resolve(inputs.workingDirectory ?? '.');
    const config = loadConfig(workingDirectory, inputs.config);
    try {
      const { event, note } = await checkoutEvent(workingDirectory);
      const { notes, objects } = await rendered(inputs, config, event, workingDirectory);
      const comments = [...notes, ...(note === undefined ? [] : [note])].map(
        (line) => `# ${line.replaceAll('\n', '\n# ')}\n`,
      );
      await print(`${comments.join('')}${yamlDocuments(objects)}`);
      return 0;
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      throw located(error, () => config);
    }
  },
};

async function rendered(
  { environment: name, number, variant, image: given, kubeVersion }: RenderInputs,
  config: Config,
  event: ManualEvent,
  workingDirectory: string,
): Promise<RenderedEnvironment> {
  const named = given === undefined ? {} : readImages(given.join('\n'), Object.keys(imagesOf(config)), '--image');
  const images = { ...imagesOfCommit(config, event.sha), ...named };
  const notes: string[] = [];
  const log = notingLog(notes);
  const ports = { cluster: emptyCluster(kubeVersion, log), log, signal: new AbortController().signal };
  const withNotes = (made: RenderedEnvironment) => ({ ...made, notes: [...made.notes, ...notes] });
  const checkout = (await rootOf(workingDirectory)) ?? workingDirectory;
  if (name !== undefined) {
    const environment = config.environments?.[name];
    if (environment === undefined)
      throw unknownEnvironment('environment', name, Object.keys(config.environments ?? {}));
    const plan = planFor(name, environment, images, NO_ROLLOUT_INPUTS, { config, event, workingDirectory });
    if (plan.source.from === 'config') return renderPersistent(plan);
    const renderer = createOfflineRenderer(process.env, checkout, kubeVersion);
    return withNotes(await renderOwnRollout(plan, { ...ports, renderer }));
  }
  const own = configOfVariant(config, variant);
  const path = seedFile(own.review?.database?.seed);
  const seed = path === undefined ? undefined : readSeed(workingDirectory, path);
  const folders = { app: workingDirectory, checkout };
  const plan = planReviewUp({ ...NO_REVIEW_INPUTS, variant }, own, event, number ?? 0, seed, undefined, folders);
  const facts = { images, commit: event.sha, expiresAt: expiresAt(Date.now(), plan.ttlMs) };
  const renderer = createConfinedRenderer(process.env);
  return withNotes(await renderOwnReview(plan, facts, { ...ports, renderer }));
}

/** Keeps what a run logs, for the head of the output: standard output holds YAML alone. */
function notingLog(notes: string[]): Log {
  const note = (message: string) => {
    notes.push(message);
  };
  const nothing = () => {};
  return {
    info: note,
    warning: note,
    debug: nothing,
    output: nothing,
    mask: nothing,
    group: (_, work) => work(),
    progress: (_, work) => work(),
  };
}

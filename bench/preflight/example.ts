import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../../local/demo/program.ts';
import { withBaseImages, withPlatform } from '../../local/demo/repository.ts';
import { type Platform, platformEnv } from '../../local/platform.ts';
import { imagesOf } from '../../src/config/images.ts';
import { parseConfig } from '../../src/config/load.ts';
import { type PreflightPlan, planPreflight } from '../../src/plan/preflight/preflight-plan.ts';
import { push } from '../../test/support/unit/events.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
export const APPS = ['parking', 'shop'] as const;
export type App = (typeof APPS)[number];

/** An example whose images are built. */
export interface Example {
  app: App;
  /** Text of slipway.yml, for this platform. */
  config: string;
  /** Name of an image in slipway.yml → its name in the engine. */
  images: Record<string, string>;
  /** What preflight starts. */
  plan: PreflightPlan;
}

export async function buildExample(app: App, platform: Platform): Promise<Example> {
  const folder = join(EXAMPLES, app);
  const text = withPlatform(await readFile(join(folder, 'slipway.yml'), 'utf8'), platform);
  const config = parseConfig(text, 'slipway.yml');
  const images: Record<string, string> = {};
  for (const [name, { context = '.' }] of Object.entries(imagesOf(config))) {
    const reference = `slipway-bench-preflight/${app}-${name}:1`;
    const dockerfile = withBaseImages(await readFile(join(folder, context, 'Dockerfile'), 'utf8'), platform);
    const args = ['build', '--quiet', '--file', '-', '--tag', reference, join(folder, context)];
    await program(platform.docker.bin, args, { env: platformEnv(platform), input: dockerfile });
    images[name] = reference;
  }
  return { app, config: text, images, plan: planOf(text, images) };
}

export async function removeExample({ images }: Example, platform: Platform): Promise<void> {
  await program(platform.docker.bin, ['image', 'rm', '--force', ...Object.values(images)], {
    env: platformEnv(platform),
  });
}

function planOf(text: string, images: Record<string, string>): PreflightPlan {
  return planPreflight(
    { image: imageInput(images), workingDirectory: '/', timeoutMs: undefined },
    parseConfig(text, 'slipway.yml'),
    push(),
    { runId: 'bench', password: 'bench', temp: undefined, configFile: 'slipway.yml', now: 0, monday: 0 },
    { environments: [] },
    { accepts: [], differences: [], baseline: undefined, remarks: [] },
  );
}

/** As the input takes it. */
export function imageInput(images: Record<string, string>): string {
  const [only, ...more] = Object.values(images);
  if (only !== undefined && more.length === 0) return only;
  return Object.entries(images)
    .map(([name, reference]) => `${name}=${reference}`)
    .join('\n');
}

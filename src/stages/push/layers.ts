import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { PushPlan } from '../../plan/push-plan.ts';
import type { Layers, Log, Referrers, Registry, RegistryImage, RegistryPlatform } from '../../ports.ts';
import type { SummaryBlock } from '../../stage-result.ts';
import { cutLine } from '../../text/cut.ts';
import { inPool } from '../pool.ts';

const MOST_LAYERS = 60;
const MOST_PLATFORMS = 4;
/** Characters of an instruction. */
const LONGEST = 120;

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
const config = z.object({
  history: z
    .array(z.object({ created_by: z.string().default(''), empty_layer: z.boolean().default(false) }))
    .default([]),
});

/** What the comparison reads. */
interface LayerPorts {
  registry: Pick<Registry, 'platforms'>;
  referrers: Pick<Referrers, 'blob'>;
  log: Pick<Log, 'debug'>;
}

/** The image that the branch or the pull request had in the registry before this push; undefined for its first one. */
export function lastOfBranch(
  { tags }: Pick<PushPlan, 'tags'>,
  present: ReadonlyMap<string, RegistryImage>,
  pushed: RegistryImage,
): { tag: string; image: RegistryImage } | undefined {
  for (const { name, kind } of tags) {
    const image = kind === 'moving' ? present.get(name) : undefined;
    if (image !== undefined && image.digest !== pushed.digest) return { tag: name, image };
  }
  return undefined;
}

/**
 * The layers of an image, and which of them the last image of the branch has as well; of an index, those of each platform. Their
 * number and size decide nothing.
 */
export async function layerBlocks(
  plan: Pick<PushPlan, 'name' | 'repository' | 'tags'>,
  present: ReadonlyMap<string, RegistryImage>,
  pushed: RegistryImage,
  ports: LayerPorts,
): Promise<SummaryBlock[]> {
  const before = lastOfBranch(plan, present, pushed);
  if (before === undefined) return [];
  try {
    const [former, now] = await Promise.all([manifestsOf(before.image, ports), manifestsOf(pushed, ports)]);
    const pairs = [...now].flatMap(([platform, image]) => {
      // A statement of the builder makes an index of the image of one platform.
      const earlier =
        former.get(platform) ?? (now.size === 1 && former.size === 1 ? [...former.values()][0] : undefined);
      return earlier === undefined
        ? []
        : [{ name: now.size === 1 ? plan.name : `${plan.name} for ${platform}`, image, earlier }];
    });
    return await inPool(pairs.slice(0, MOST_PLATFORMS), async ({ name, image, earlier }) => {
      const instructions = await instructionsOf(plan.repository, image, ports);
      return blockOf(name, before.tag, earlier.layers, image.layers, instructions);
    });
  } catch (error) {
    ports.log.debug(`the layers of ${plan.repository}@${pushed.digest} cannot be compared: ${messageOf(error)}`);
    return [];
  }
}

type Manifest = Pick<RegistryImage, 'digest' | 'configDigest'> & Pick<RegistryPlatform, 'layers'>;

/** The manifest of each platform by its name; of an image that is no index, itself. */
async function manifestsOf(
  { repository, digest, configDigest, layers }: RegistryImage,
  { registry }: Pick<LayerPorts, 'registry'>,
): Promise<Map<string, Manifest>> {
  if (layers !== undefined) return new Map([['', { digest, configDigest, layers }]]);
  const children = await registry.platforms(repository, digest);
  return new Map(children.map((child) => [child.platform, child]));
}

function blockOf(
  name: string,
  tag: string,
  before: Layers,
  now: Layers,
  instructions: readonly string[],
): SummaryBlock {
  const had = new Set(before.map(({ digest }) => digest));
  const fresh = now.filter(({ digest }) => !had.has(digest));
  const change = sizeOf(now) - sizeOf(before);
  const sign = change < 0 ? '−' : '+';
  const title = `Layers of ${name} since the last ${tag}: ${fresh.length} of ${now.length} new, ${megabytes(sizeOf(fresh))} of ${megabytes(sizeOf(now))} (${sign}${megabytes(Math.abs(change))})`;
  const rows = now
    .slice(0, MOST_LAYERS)
    .map(({ digest, size }, at) => [
      instructions[at] ?? digest.slice(0, 19),
      megabytes(size),
      had.has(digest) ? 'as before' : 'new',
    ]);
  return { kind: 'table', title, header: ['layer', 'size', 'compared'], rows };
}

/** What made each layer; empty where the history cannot be read, or does not fit the layers. */
async function instructionsOf(
  repository: string,
  { configDigest, digest, layers }: Manifest,
  { referrers, log }: Pick<LayerPorts, 'referrers' | 'log'>,
): Promise<string[]> {
  if (configDigest === undefined) return [];
  try {
    const text = String(await referrers.blob(repository, { digest: configDigest }));
    const made = config.parse(JSON.parse(text)).history.filter(({ empty_layer }) => !empty_layer);
    return made.length === layers.length ? made.map(({ created_by }) => cutLine(created_by.trim(), LONGEST)) : [];
  } catch (error) {
    log.debug(`the history of ${repository}@${digest} cannot be read: ${messageOf(error)}`);
    return [];
  }
}

function sizeOf(layers: Layers): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

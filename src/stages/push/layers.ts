import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { PushPlan } from '../../plan/push-plan.ts';
import type { Log, Referrers, RegistryImage } from '../../ports.ts';
import type { SummaryBlock } from '../../stage-result.ts';
import { cutLine } from '../../text/cut.ts';

const MOST_LAYERS = 60;
/** Characters of an instruction. */
const LONGEST = 120;

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
const config = z.object({
  history: z
    .array(z.object({ created_by: z.string().default(''), empty_layer: z.boolean().default(false) }))
    .default([]),
});

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

/** The layers of an image, and which of them the last image of the branch has as well. Their number and size decide nothing. */
export async function layerBlocks(
  plan: Pick<PushPlan, 'name' | 'repository' | 'tags'>,
  present: ReadonlyMap<string, RegistryImage>,
  pushed: RegistryImage,
  { referrers, log }: { referrers: Pick<Referrers, 'blob'>; log: Log },
): Promise<SummaryBlock[]> {
  const before = lastOfBranch(plan, present, pushed);
  const known = before?.image.layers;
  if (before === undefined || known === undefined || pushed.layers === undefined) return [];
  const instructions = await instructionsOf(plan.repository, pushed, referrers).catch((error: unknown) => {
    log.debug(`the history of ${plan.repository}@${pushed.digest} cannot be read: ${messageOf(error)}`);
    return [];
  });
  return [blockOf(plan.name, before.tag, known, pushed.layers, instructions)];
}

type Layers = NonNullable<RegistryImage['layers']>;

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

/** What made each layer; empty where the history does not fit the layers. */
async function instructionsOf(
  repository: string,
  { configDigest, layers = [] }: RegistryImage,
  referrers: Pick<Referrers, 'blob'>,
): Promise<string[]> {
  if (configDigest === undefined) return [];
  const text = String(await referrers.blob(repository, { digest: configDigest }));
  const made = config.parse(JSON.parse(text)).history.filter(({ empty_layer }) => !empty_layer);
  return made.length === layers.length ? made.map(({ created_by }) => cutLine(created_by.trim(), LONGEST)) : [];
}

function sizeOf(layers: Layers): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

import { messageOf } from '../../errors.ts';
import type { PushPlan } from '../../plan/push-plan.ts';
import type { ImageContent, LocalImage, RegistryImage } from '../../ports.ts';
import { type Materials, materialsOf } from '../../sbom/packages.ts';
import { SPDX_MEDIA, writeSpdx } from '../../sbom/spdx.ts';
import { wanted } from '../../sbom/wanted.ts';
import type { BuiltRecord } from '../build/record.ts';
import type { PushPorts } from './ports.ts';

/** The file that `oras pull` writes. */
const TITLE = 'sbom.spdx.json';

/** The content of an image, or why it cannot be read; undefined: nobody asked. */
export type Reading = Promise<readonly ImageContent[] | { failed: string }> | undefined;

/** What was attached. */
export interface AttachedSboms {
  /** Digests of the documents. */
  digests: string[];
  /** For people, such as `143 packages`; undefined: nothing was attached in this run. */
  summary: string | undefined;
  warning: string | undefined;
}

const NOTHING: AttachedSboms = { digests: [], summary: undefined, warning: undefined };

/** Whether this job has what a bill of materials is made from: the image of a fork is not taken apart beside credentials. */
export function wantsSbom(plan: PushPlan, built: BuiltRecord | undefined): boolean {
  return plan.sbom && plan.archive === undefined && built?.pushed === undefined;
}

/** Reads the image while it is uploaded. Never rejects. */
export function readContents(image: LocalImage, { images, signal }: PushPorts): NonNullable<Reading> {
  return images.contents(image.id, wanted, signal).catch((error: unknown) => ({ failed: messageOf(error) }));
}

/**
 * Attaches a bill of materials to a pushed image, for each platform that the engine has; the digest of the image stays. Without
 * an upload, one that is there already is kept.
 * @returns a warning in place of every error: the push itself succeeded
 */
export async function attachSboms(
  { plan, image }: { plan: PushPlan; image: LocalImage },
  pushed: RegistryImage,
  reading: Reading,
  ports: PushPorts,
): Promise<AttachedSboms> {
  const reference = `${plan.repository}@${pushed.digest}`;
  const failed = (reason: string) => ({ ...NOTHING, warning: `${reference} has no bill of materials: ${reason}` });
  try {
    const subjects = await ports.registry.platforms(plan.repository, pushed.digest);
    const open = new Map<string, string>();
    for (const { digest, configDigest } of subjects) {
      // Somebody else may have attached one to what this job uploads; the same document is attached once in any case.
      const there = reading ? [] : await ports.referrers.list(plan.repository, digest, SPDX_MEDIA);
      if (there.length === 0) open.set(configDigest, digest);
    }
    if (open.size === 0) return NOTHING;
    const contents = await (reading ?? readContents(image, ports));
    if ('failed' in contents) return failed(contents.failed);
    const own = contents.filter(({ config }) => open.has(config));
    if (own.length === 0) return failed('the engine saves another image than the registry serves');
    const attached = await Promise.all(
      own.map((one) => attach(plan.repository, open.get(one.config) ?? '', one, ports)),
    );
    const materials = attached.map((one) => one.materials);
    for (const { config } of own) open.delete(config);
    const warnings = [gapsOf(reference, materials), lackOf(reference, [...open.values()])];
    return {
      digests: attached.flatMap(({ digest }) => digest),
      summary: materials.map(wordsOf).join('; '),
      warning: warnings.filter((one) => one !== undefined).join(' ') || undefined,
    };
  } catch (error) {
    ports.signal.throwIfAborted();
    return failed(messageOf(error));
  }
}

async function attach(
  repository: string,
  digest: string,
  { platform, created, ...content }: ImageContent,
  { referrers }: PushPorts,
): Promise<{ digest: string[]; materials: Materials }> {
  const materials = materialsOf(content);
  const document = Buffer.from(writeSpdx({ repository, digest, platform, created }, materials));
  const stored = await referrers.attach(repository, digest, {
    artifactType: SPDX_MEDIA,
    annotations: {},
    layers: [{ mediaType: SPDX_MEDIA, content: document, annotations: { 'org.opencontainers.image.title': TITLE } }],
  });
  return { digest: stored.layers.map((layer) => layer.digest), materials };
}

function wordsOf({ packages, system }: Materials): string {
  return `${packages.length} ${packages.length === 1 ? 'package' : 'packages'}${system === undefined ? '' : ` on ${system.name}`}`;
}

function gapsOf(reference: string, materials: readonly Materials[]): string | undefined {
  const gaps = [...new Set(materials.flatMap((one) => one.gaps))];
  return gaps.length === 0 ? undefined : `The bill of materials of ${reference} is not complete: ${gaps.join('; ')}.`;
}

/** @param platforms digests of images that have none */
function lackOf(reference: string, platforms: readonly string[]): string | undefined {
  if (platforms.length === 0) return undefined;
  return `${reference} has a bill of materials for some of its platforms only: the engine saves nothing of ${platforms.join(', ')}.`;
}

import { relative } from 'node:path';
import { nearest } from '../../config/nearest.ts';
import { UserError } from '../../errors.ts';
import type { BuildPlan, ImageBuild } from '../../plan/build-plan.ts';
import { contextNames } from '../../plan/images/contexts.ts';
import { dockerfileUse } from '../../plan/images/dockerfile-use.ts';
import { type SourceKey, sourceKey } from '../../plan/images/source-key.ts';

import type { BaseImages, Builder, ContextScan, FolderScan } from '../../ports.ts';

import { stagesOf } from '../../text/dockerfile.ts';
import { type ReadContext, readContexts } from './named-contexts.ts';
import type { BuildPorts } from './ports.ts';

/** The key of one build, and what it says about the images that the build reads. */
export interface BuildKey extends SourceKey {
  /** Images of which only this engine knows what they are, or nobody: on another machine the same key may mean something else. */
  open: string[];
  /** Named contexts → their sources, as the builder takes them. */
  contexts: Record<string, string>;
  /** The images that the build reads → digest, as far as it is known. */
  images: Record<string, string>;
  /** The registries know all images that are named by tag. */
  pull: boolean;
}

/** The sources of an image and of the stages that its tests run in. */
export interface Sources {
  scan: ContextScan;
  /** The key of each build, by its plan. */
  keys: ReadonlyMap<ImageBuild, BuildKey>;
}

/** @throws UserError for a missing Dockerfile or stage, and for what must not be in the context */
export async function readSources(
  plan: BuildPlan,
  ports: Pick<BuildPorts, 'builder' | 'context' | 'secrets' | 'baseImages'>,
): Promise<Sources> {
  for (const path of plan.paths) await ports.context.requireInside(path, plan.border);
  // Asks the engine meanwhile.
  const asked = plan.platforms.length > 0 ? Promise.resolve(plan.platforms) : platformOf(ports.builder);
  asked.catch(() => undefined);
  const [scan, contexts] = await Promise.all([
    ports.context.scan(plan.contextDir, plan.dockerfile),
    readContexts(plan, ports),
  ]);
  checkContext(scan, 'the build context');
  for (const { key, scan } of contexts) if (scan !== undefined) checkContext(scan, key);
  const builds: ImageBuild[] = [plan, ...plan.testBuilds];
  const stages = stagesOf(scan.dockerfile);
  for (const build of builds) checkTarget(build, stages);
  const platforms = await asked;
  const secretIds = [...(ports.secrets[plan.name]?.keys() ?? [])];
  const keys = await Promise.all(
    builds.map(
      async (build) => [build, await keyOf(build, { scan, contexts, platforms, secretIds }, ports.baseImages)] as const,
    ),
  );
  const history = scan.history || contexts.some((one) => one.scan?.history === true);
  return { scan: { ...scan, history }, keys: new Map(keys) };
}

async function platformOf(builder: Pick<Builder, 'platform'>): Promise<string[]> {
  return [await builder.platform()];
}

/** The source keys of the stages that tests run in, by their names. */
export function stageKeys({ testBuilds }: BuildPlan, keys: Sources['keys']): Record<string, string> {
  return Object.fromEntries(testBuilds.map((build) => [build.target, keys.get(build)?.key ?? '']));
}

interface Scene {
  scan: ContextScan;
  contexts: readonly ReadContext[];
  platforms: string[];
  /** The available secrets; a fork has none, so its key differs. */
  secretIds: string[];
}

async function keyOf(
  build: ImageBuild,
  { scan, contexts, platforms, secretIds }: Scene,
  baseImages: BaseImages,
): Promise<BuildKey> {
  const named = contextNames(contexts.map(({ name }) => name));
  const use = dockerfileUse(scan.dockerfile, build.target, build.buildArgs, named);
  const ofContexts = contexts.flatMap(({ image }) => (image === undefined ? [] : [image]));
  const read = [...new Set([...use.images, ...ofContexts])];
  const found = await Promise.all(read.map(async (name) => ({ name, image: await baseImages.digestOf(name) })));
  const open = found.filter(({ image }) => image === undefined || image.from === 'engine').map(({ name }) => name);
  const images = Object.fromEntries(found.flatMap(({ name, image }) => (image ? [[name, image.digest]] : [])));
  const key = sourceKey({
    repository: build.event.repository.id,
    contextDigest: scan.digest,
    dockerfile: scan.dockerfile,
    contexts: Object.fromEntries(
      contexts.map(({ name, image, scan }) => [name, image === undefined ? scan?.digest : images[image]]),
    ),
    target: build.target,
    platforms,
    buildArgs: use.args,
    labels: build.labels,
    secretIds,
    sshIds: build.ssh.map((one) => one.split('=', 1)[0] ?? ''),
    images: { ...Object.fromEntries([...use.images, ...use.unknown].map((name) => [name, images[name]])) },
  });
  const pull = open.length === 0 && found.some(({ image }) => image?.from === 'registry');
  const sources = Object.fromEntries(contexts.map(({ name, source }) => [name, source]));
  return { ...key, contexts: sources, images, open: [...open, ...use.unknown], pull };
}

/** Stages have names without regard to case, or numbers. A frontend of another syntax has stages that are not read. */
function checkTarget({ target, targetFrom, dockerfile }: ImageBuild, stages: readonly string[]): void {
  if (target === undefined || stages.length === 0) return;
  const names = stages.map((stage) => stage.toLowerCase());
  if (names.includes(target.toLowerCase()) || (/^\d{1,4}$/.test(target) && Number(target) < stages.length)) return;
  const file = relative(process.cwd(), dockerfile);
  const near = nearest(target, stages);
  throw new UserError(`${targetFrom}: ${file} has no stage "${target}"`, {
    location: { file },
    details: [`its stages: ${stages.join(', ')}`],
    remedy: `${near === undefined ? 'Name one of them' : `Did you mean "${near}"? If not, name one of them`}, or add the stage: FROM … AS ${target}. Nothing was built.`,
  });
}

/**
 * Refuses a context with credentials: one COPY is enough to put them into the image and its registry.
 * @param name of the context, for messages
 * @throws UserError that names the files
 * @see https://github.com/google-github-actions/auth/issues/123
 */
function checkContext(scan: FolderScan, name: string): void {
  const [first, ...others] = scan.credentials;
  if (first === undefined) return;
  throw new UserError(`${name} holds ${first.what}: ${first.path}`, {
    details: others.slice(0, 10).map(({ path, what }) => `and ${what}: ${path}`),
    remedy: `Leave it out: add a line "${ignoreLine(first.path)}" to .dockerignore. Nothing was built.`,
  });
}

/** The line for .dockerignore that leaves out this file and those like it. */
function ignoreLine(path: string): string {
  if (/(^|\/)gha-creds-[^/]+\.json$/.test(path)) return 'gha-creds-*.json';
  const git = /^(.*\/)?\.git\//.exec(path);
  return git ? `${git[1] ?? ''}.git` : path;
}

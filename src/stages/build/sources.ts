import { relative } from 'node:path';
import { nearest } from '../../config/nearest.ts';
import { UserError } from '../../errors.ts';
import type { BuildPlan, ImageBuild } from '../../plan/build-plan.ts';
import { sourceUrl } from '../../plan/images/labels.ts';
import { sourceKey } from '../../plan/images/source-key.ts';
import type { ContextScan } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';

/** The sources of a build. */
export interface Sources {
  scan: ContextScan;
  /** The key of the image. */
  key: string;
}

/** @throws UserError for a missing Dockerfile or stage, and for credentials in the context */
export async function readSources(
  plan: BuildPlan,
  { context, secrets }: Pick<BuildPorts, 'context' | 'secrets'>,
): Promise<Sources> {
  const scan = await context.scan(plan.contextDir, plan.dockerfile);
  checkContext(scan);
  for (const build of [plan, ...plan.testBuilds]) checkTarget(build, scan.stages);
  return { scan, key: sourceKeyOf(plan, scan, [...(secrets[plan.name]?.keys() ?? [])]) };
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
 * @throws UserError that names the files
 * @see https://github.com/google-github-actions/auth/issues/123
 */
function checkContext(scan: ContextScan): void {
  const [first, ...others] = scan.credentials;
  if (first === undefined) return;
  throw new UserError(`the build context holds ${first.what}: ${first.path}`, {
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

/** The key of the sources of a build. `secretIds`: the available secrets; a fork has none, so its key differs. */
export function sourceKeyOf(plan: ImageBuild, scan: ContextScan, secretIds: string[]): string {
  return sourceKey({
    contextDigest: scan.digest,
    dockerfileDigest: scan.dockerfileDigest,
    target: plan.target,
    platforms: plan.platforms,
    buildArgs: plan.buildArgs,
    labels: { ...plan.labels, 'org.opencontainers.image.source': sourceUrl(plan.event) },
    secretIds,
  });
}

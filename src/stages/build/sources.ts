import { UserError } from '../../errors.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { sourceUrl } from '../../plan/images/labels.ts';
import { sourceKey } from '../../plan/images/source-key.ts';
import type { ContextScan } from '../../ports.ts';

/**
 * Refuses a context with credentials: one COPY is enough to put them into the image and its registry.
 * @throws UserError that names the files
 * @see https://github.com/google-github-actions/auth/issues/123
 */
export function checkContext(scan: ContextScan): void {
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
export function sourceKeyOf(plan: BuildPlan, scan: ContextScan, secretIds: string[]): string {
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

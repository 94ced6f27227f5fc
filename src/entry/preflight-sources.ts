import { posix, relative, sep } from 'node:path';
import { rootOf } from '../adapters/git/checkout.ts';
import { hadolintReport } from '../adapters/hadolint/hadolint.ts';
import { baseImages } from '../adapters/oci/base-images.ts';
import { readRepository } from '../adapters/repository/read-repository.ts';
import type { Config } from '../config/schema.ts';
import { dockerfilePaths, recipesOf } from '../plan/preflight/recipes.ts';
import type { Builder } from '../ports.ts';
import type { SourceFile } from '../preflight/source-file.ts';
import type { Run } from './context.ts';
import { registryForQuestion } from './registry.ts';

/** Enough for an app; a larger repository is read in part. */
const BOUNDS = { paths: 50_000, files: 3_000, bytesOfFile: 256 * 1024, bytes: 24 * 1024 * 1024 };
const READ =
  /\.(ya?ml|tpl|py|js|mjs|cjs|ts|mts|tsx|jsx|rb|php|go|java|kt|cs|rs|exs?|sh|toml|ini|cfg|conf|properties|env)$|(^|\/)(Procfile|\.env|appsettings[^/]{0,30}\.json)$|(^|\/)[^/]{0,100}(Dockerfile|Containerfile)[^/]{0,100}$/i;

/** The files of the app that preflight reads, with paths from the root of the repository, and a note where it read a part. */
export async function sourcesOf(run: Run): Promise<{ files: SourceFile[]; notes: string[] }> {
  const { workingDirectory, config: configPath } = run.common;
  const root = (await rootOf(workingDirectory)) ?? workingDirectory;
  const folder = relative(root, workingDirectory).split(sep).join('/');
  const dockerfiles = dockerfilePaths(run.config(), posix.dirname(configPath));
  const named = new Set(dockerfiles.values());
  const isRead = (path: string) => READ.test(path) || named.has(path);
  const read = await readRepository(workingDirectory, { ...BOUNDS, isRead });
  for (const [image, path] of dockerfiles) {
    // A large Dockerfile must not look like one without findings.
    if (read.paths.includes(path) && read.text(path) === undefined) {
      run.log.warning(
        `preflight did not read ${path}, the Dockerfile of image ${image}: it is larger than 256 KiB, or no text`,
      );
    }
  }
  const files = read.paths.flatMap((path) => {
    const text = read.text(path);
    return text === undefined ? [] : [{ path: folder === '' ? path : `${folder}/${path}`, text }];
  });
  return { files, notes: read.leftOut === undefined ? [] : [read.leftOut.replace('init', 'preflight')] };
}

/** Milliseconds for all registries: a digest is a convenience. */
const DIGESTS_MS = 5_000;

/** The digests that the registries serve for the base images now. What does not answer in time is left out. */
export async function digestsOf(
  run: Run,
  config: Config,
  sources: { files: readonly SourceFile[]; configFile: string },
  engine: Pick<Builder, 'inspect'>,
): Promise<ReadonlyMap<string, string>> {
  const bases = baseImages(() => registryForQuestion(run), engine, { info: run.log.debug });
  const images = [...recipesOf(config, sources).values()].flatMap((recipe) => [...recipe.images.keys()]);
  const timer = new AbortController();
  const late = run.clock.sleep(DIGESTS_MS, timer.signal).catch(() => undefined);
  const found = await Promise.all(
    [...new Set(images)].map(async (image) => {
      const answer = await Promise.race([bases.digestOf(image), late]);
      return answer?.from === 'registry' ? ([[image, answer.digest]] as const) : [];
    }),
  );
  timer.abort();
  return new Map(found.flat());
}

/** The reports of hadolint about the Dockerfiles of the app, by path; none where it is not in PATH. */
export async function hadolintReports(
  run: Run,
  config: Config,
  sources: { files: readonly SourceFile[]; configFile: string },
): Promise<ReadonlyMap<string, string>> {
  const files = new Map([...recipesOf(config, sources).values()].map(({ path, text }) => [path, text]));
  const folder = run.common.workingDirectory;
  const reports = await Promise.all(
    [...files].map(async ([path, text]) => {
      const report = await hadolintReport(run.env, { text, folder }, run.signal);
      return report === undefined ? [] : ([[path, report]] as const);
    }),
  );
  return new Map(reports.flat());
}

import { copyFile, readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { UserError } from '../../../errors.ts';
import type { HelmSource } from '../../../ports.ts';
import { outputOf, type ProgramOptions } from './program.ts';

type Options = Omit<ProgramOptions, 'cwd'> & { folder: string };

interface Dependency {
  name: string;
  version?: string;
  repository?: string;
}

/**
 * The folder of the chart, with the charts that it depends on: pulled by version or digest, or built as its Chart.lock says.
 * @throws UserError when there is no chart, or its dependencies are not locked
 */
export async function chartFolder(source: HelmSource, options: Options): Promise<string> {
  if (source.remote) return pull(source.chart, source.remote, options);
  await requireChart(source.chart);
  await buildDependencies(source.chart, options);
  return source.chart;
}

async function pull(
  chart: string,
  { repository, version }: NonNullable<HelmSource['remote']>,
  { folder, ...options }: Options,
): Promise<string> {
  const target = join(folder, 'pulled');
  const args = [
    ...['pull', '--untar', `--untardir=${target}`],
    ...(repository ? [`--repo=${repository}`] : []),
    ...(version ? [`--version=${version}`] : []),
    '--',
    chart,
  ];
  const remedy = () =>
    'Is the reference right, and may this runner pull it? Helm takes the logins of docker/login-action and of helm registry login.';
  await outputOf('helm', args, { ...options, remedy });
  for (const name of await readdir(target)) {
    if (await isFile(join(target, name, 'Chart.yaml'))) return join(target, name);
  }
  throw new UserError(`${chart} is no chart: there is no Chart.yaml in it`, { remedy: 'Correct deploy.helm.chart.' });
}

async function requireChart(path: string): Promise<void> {
  // Helm takes an archive, too.
  if ((await isFile(join(path, 'Chart.yaml'))) || (await isFile(path))) return;
  throw new UserError(`deploy.helm.chart: there is no chart in ${path} (no Chart.yaml)`, {
    remedy:
      'Name the folder of the chart, relative to the working directory; or a chart elsewhere by oci://… with version, or by its name with repository and version.',
  });
}

/** Puts the charts of Chart.lock into charts/, as `helm dependency build` does. */
async function buildDependencies(chart: string, { folder, ...options }: Options): Promise<void> {
  const missing = await missingDependencies(chart);
  if (missing.length === 0) return;
  const isLocal = missing.every(({ repository = '' }) => repository === '' || repository.startsWith('file://'));
  if (!isLocal && !(await isFile(join(chart, 'Chart.lock')))) {
    throw new UserError(`${join(chart, 'Chart.yaml')}: dependencies that are not locked: ${names(missing)}`, {
      remedy: `Run once: helm dependency update ${chart}; and commit Chart.lock (and charts/, if you like).`,
    });
  }
  const config = join(folder, 'repositories.yaml');
  const own = options.env.HELM_REPOSITORY_CONFIG ?? join(homedir(), '.config/helm/repositories.yaml');
  await copyFile(own, config).catch(() => undefined);
  const env = { ...options.env, HELM_REPOSITORY_CONFIG: config };
  for (const [index, url] of repositoriesOf(missing).entries()) {
    await outputOf('helm', ['repo', 'add', '--', `slipway-${index}`, url], { ...options, env });
  }
  await outputOf('helm', ['dependency', 'build', '--', chart], { ...options, env });
}

async function missingDependencies(chart: string): Promise<Dependency[]> {
  if (!(await isFile(join(chart, 'Chart.yaml')))) return [];
  const { dependencies } = (load(await readFile(join(chart, 'Chart.yaml'), 'utf8')) ?? {}) as {
    dependencies?: Dependency[] | null;
  };
  const there = await readdir(join(chart, 'charts')).catch(() => []);
  return (dependencies ?? []).filter(
    ({ name }) => !there.some((file) => file === name || (file.startsWith(`${name}-`) && file.endsWith('.tgz'))),
  );
}

function repositoriesOf(dependencies: readonly Dependency[]): string[] {
  return [...new Set(dependencies.flatMap(({ repository = '' }) => (/^https?:/.test(repository) ? [repository] : [])))];
}

function names(dependencies: readonly Dependency[]): string {
  return dependencies.map(({ name, version = '' }) => `${name} ${version}`.trim()).join(', ');
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { load } from 'js-yaml';
import { messageOf, UserError } from '../../../../errors.ts';
import type { ConfinedContext, HelmSource, Rendered } from '../../../../ports.ts';
import { chartFolder } from '../chart-folder.ts';
import { readDocuments } from '../documents.ts';
import { INSTALL_HELM } from '../helm.ts';
import { pairRenders } from '../pair-renders.ts';
import { outputOf } from '../program.ts';
import { setArguments } from '../set-arguments.ts';
import { type Cell, inCell, programPath, proxiesOf } from './environment.ts';
import { type Checkout, checkoutAt, requireInside } from './inside.ts';

/**
 * The objects and hooks of a chart of a pull request: `helm template`, which asks no cluster. `lookup` finds nothing there: with
 * the rights of the account that deploys, a chart could read the Secrets of other namespaces. Renders the chart twice, which
 * shows its random content.
 * @see https://helm.sh/docs/chart_template_guide/functions_and_pipelines/#using-the-lookup-function
 */
export async function renderConfinedChart(
  configured: HelmSource,
  stepEnv: NodeJS.ProcessEnv,
  context: ConfinedContext,
): Promise<Rendered[]> {
  const checkout = await checkoutAt(context.checkout, stepEnv);
  for (const file of configured.values) await requireInside(file, 'values of deploy.helm', checkout);
  if (configured.remote === undefined) await requireChartInside(configured.chart, checkout);
  const program = await programPath('helm', stepEnv);
  return inCell(stepEnv, async (cell) => {
    const chart = await folderOf(configured, cell, stepEnv, context);
    const args = argumentsOf({ ...configured, chart }, context);
    const render = () => outputOf(program, args, { env: cell.env, signal: context.signal, install: INSTALL_HELM });
    const [first, second] = await Promise.all([render(), render()]);
    return pairRenders(documentsOf(first, configured.release), documentsOf(second, configured.release));
  });
}

/**
 * The chart with its dependencies. The default branch names a chart of a registry, which is pulled with the logins of the step;
 * dependencies are named by the pull request, and are pulled without any.
 */
function folderOf(
  configured: HelmSource,
  { folder, env }: Cell,
  stepEnv: NodeJS.ProcessEnv,
  { signal }: ConfinedContext,
): Promise<string> {
  const own = { ...env, PATH: stepEnv.PATH, ...proxiesOf(stepEnv) };
  const full = { ...stepEnv, HELM_PLUGINS: env.HELM_PLUGINS };
  return chartFolder(configured, {
    env: configured.remote === undefined ? own : full,
    folder,
    signal,
    install: INSTALL_HELM,
  });
}

async function requireChartInside(chart: string, checkout: Checkout): Promise<void> {
  await requireInside(chart, 'deploy.helm.chart', checkout);
  const text = await readFile(join(chart, 'Chart.yaml'), 'utf8').catch(() => '');
  for (const path of localDependencies(text)) {
    await requireInside(isAbsolute(path) ? path : join(chart, path), 'dependencies of Chart.yaml', checkout);
  }
}

/** Paths of the dependencies that are folders. @throws UserError for a Chart.yaml that is not YAML */
function localDependencies(text: string): string[] {
  let content: unknown;
  try {
    content = load(text);
  } catch (cause) {
    throw new UserError(`Chart.yaml: ${messageOf(cause)}`, { remedy: 'Correct the chart.', cause });
  }
  const { dependencies } = (content ?? {}) as { dependencies?: unknown };
  const all = Array.isArray(dependencies) ? (dependencies as ({ repository?: unknown } | null)[]) : [];
  return all.flatMap((one) => {
    const repository = one?.repository;
    const isLocal = typeof repository === 'string' && repository.startsWith('file://');
    return isLocal ? [repository.slice('file://'.length)] : [];
  });
}

function argumentsOf(source: HelmSource, { namespace, isUpgrade, version, apiVersions }: ConfinedContext): string[] {
  return [
    'template',
    `--namespace=${namespace}`,
    `--kube-version=${version}`,
    ...apiVersions.map((one) => `--api-versions=${one}`),
    ...(isUpgrade ? ['--is-upgrade'] : []),
    ...source.values.map((file) => `--values=${file}`),
    ...setArguments(source.set),
    '--',
    source.release,
    source.chart,
  ];
}

/** The documents, located by the template that Helm names above each. */
function documentsOf(text: string, release: string): Rendered[] {
  const name = `helm template ${release}`;
  const lines = text.split('\n');
  return readDocuments(text, name).map((one) => ({
    ...one,
    location: templateOf(lines, one.location) ?? one.location,
  }));
}

function templateOf(lines: readonly string[], location: string): string | undefined {
  const line = Number(location.slice(location.lastIndexOf(':') + 1));
  const before = lines.slice(0, line).findLast((one) => one.startsWith('# Source: '));
  return before?.slice('# Source: '.length).trim();
}

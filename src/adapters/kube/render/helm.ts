import type { HelmSource, RenderContext, Rendered } from '../../../ports.ts';
import type { Connection } from '../connection.ts';
import { chartFolder } from './chart-folder.ts';
import { readDocuments } from './documents.ts';
import { pairRenders } from './pair-renders.ts';
import { outputOf } from './program.ts';
import { setArguments } from './set-arguments.ts';
import { type Workspace, withWorkspace } from './workspace.ts';

export const INSTALL_HELM = 'Install Helm 3.13 or later (GitHub’s own runners have it; elsewhere azure/setup-helm).';

/** The used parts of the output of `helm upgrade -o json`. */
interface HelmRelease {
  manifest: string;
  hooks?: { path: string; manifest: string }[];
}

/**
 * The objects and hooks of a chart, as `helm upgrade --install` would send them to this cluster: a dry run by the server, so that
 * `lookup` and `.Capabilities` see the cluster. Helm's memory driver gives it the history of the release; it reads and writes
 * no release record in the cluster. Renders the chart twice, which shows its random content.
 * @see https://helm.sh/docs/helm/helm_upgrade/
 */
export async function renderChart(
  configured: HelmSource,
  { env, connection }: { env: NodeJS.ProcessEnv; connection: Connection },
  context: RenderContext,
): Promise<Rendered[]> {
  return withWorkspace(configured, { env, connection }, context, async (workspace) => {
    const { signal } = context;
    const chart = await chartFolder(configured, { ...workspace, signal, install: INSTALL_HELM });
    const source = { ...configured, chart };
    const definitions = source.crds ? definitionsOf(source, workspace, context) : Promise.resolve([]);
    // Of two failures, that of the release is reported, whichever comes first.
    definitions.catch(() => undefined);
    const upgrades = [upgrade(source, workspace, context), upgrade(source, workspace, context)] as const;
    const [first, second] = await Promise.all(upgrades);
    return [...(await definitions), ...pairRenders(first, second)];
  });
}

async function upgrade(source: HelmSource, workspace: Workspace, context: RenderContext): Promise<Rendered[]> {
  const args = [
    'upgrade',
    '--install',
    '--dry-run=server',
    '--output=json',
    ...commonArguments(source, workspace, context),
  ];
  const text = await helm(args, workspace, context);
  const { manifest, hooks = [] } = JSON.parse(text) as HelmRelease;
  const name = `helm release ${source.release}`;
  return [
    ...readDocuments(manifest, name),
    ...hooks.flatMap((hook) => readDocuments(hook.manifest, `${name}, hook ${hook.path}`)),
  ];
}

/** The definitions in `crds/` of the chart and of its enabled subcharts. They are in no release: Helm only ever creates them. */
async function definitionsOf(source: HelmSource, workspace: Workspace, context: RenderContext): Promise<Rendered[]> {
  const shown = await helm(['show', 'crds', '--', source.chart], workspace, context);
  if (shown.trim() === '') return [];
  const mode = context.isUpgrade ? ['--is-upgrade'] : [];
  const args = [
    'template',
    '--dry-run=server',
    '--include-crds',
    ...mode,
    ...commonArguments(source, workspace, context),
  ];
  const name = `crds of ${source.release}`;
  const names = new Set(readDocuments(shown, name).map(({ object }) => object.metadata.name));
  const rendered = readDocuments(await helm(args, workspace, context), name);
  return rendered.filter(({ object }) => object.kind === 'CustomResourceDefinition' && names.has(object.metadata.name));
}

function commonArguments(source: HelmSource, { variables }: Workspace, { namespace }: RenderContext): string[] {
  return [
    `--namespace=${namespace}`,
    ...source.values.map((file) => `--values=${file}`),
    ...setArguments(source.set),
    ...variables.map(({ path, file }) => `--set-file=${path}=${file}`),
    '--',
    source.release,
    source.chart,
  ];
}

function helm(args: readonly string[], { env }: Workspace, { signal }: RenderContext): Promise<string> {
  return outputOf('helm', args, { env, signal, install: INSTALL_HELM, remedy });
}

/** undefined: the default remedy, the command to run by hand. */
function remedy(stderr: string): string | undefined {
  if (/invalid argument "server" for "--dry-run"/.test(stderr)) return INSTALL_HELM;
  const forbidden = /forbidden: User "[^"]+" cannot (\w+) resource "([^"]+)" in API group "([^"]*)"/.exec(stderr);
  if (!forbidden) return undefined;
  const [, verb, resource, group] = forbidden;
  return `The chart reads the cluster (lookup): permit ${verb} of ${resource}${group ? ` (${group})` : ''} to the account that deploys.`;
}

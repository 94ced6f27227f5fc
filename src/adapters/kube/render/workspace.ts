import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../errors.ts';
import type { HelmSource, RenderContext } from '../../../ports.ts';
import type { Connection } from '../connection.ts';
import { kubeconfigText } from '../kubeconfig-text.ts';

/** A folder that only this user can read, for the time of one render. */
export interface Workspace {
  folder: string;
  /** The environment of Helm: how it reaches the cluster, and the history of the release. */
  env: NodeJS.ProcessEnv;
  /** Files that hold the values of variables, by the path of the value. */
  variables: { path: string; file: string }[];
}

/** Credentials and secret values are handed to Helm by files, never by arguments; the folder is removed at the end. */
export async function withWorkspace<T>(
  source: HelmSource,
  { env, connection }: { env: NodeJS.ProcessEnv; connection: Connection },
  context: RenderContext,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(env.RUNNER_TEMP ?? tmpdir(), 'slipway-helm-'));
  try {
    const kubeconfig = await privateFile(folder, 'kubeconfig', await kubeconfigText(connection));
    const history = await privateFile(folder, 'history.json', historyOf(source.release, context));
    const variables = await variableFiles(source.variables, env, folder);
    return await work({ folder, variables, env: { ...env, ...clusterEnvironment(kubeconfig, history) } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws UserError that names every variable that is not set */
async function variableFiles(
  variables: HelmSource['variables'],
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<Workspace['variables']> {
  const missing = Object.entries(variables).filter(([, name]) => !env[name]);
  if (missing.length > 0) {
    const [first] = missing;
    throw new UserError(`deploy.helm.variables: not set: ${missing.map(([, name]) => name).join(', ')}`, {
      remedy: `Give it to the step: env: { ${first?.[1]}: \${{ secrets.${first?.[1]} }} }. In a workflow of a fork there are no secrets.`,
    });
  }
  const files = Object.entries(variables).map(async ([path, name], index) => {
    return { path, file: await privateFile(folder, `value-${index}`, env[name] ?? '') };
  });
  return Promise.all(files);
}

/** @returns the path */
async function privateFile(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

/** Variables by which Helm would look elsewhere are unset. @see https://helm.sh/docs/helm/helm/ */
function clusterEnvironment(kubeconfig: string, history: string): NodeJS.ProcessEnv {
  const unset = ['HELM_KUBECONTEXT', 'HELM_KUBETOKEN', 'HELM_KUBEAPISERVER', 'HELM_KUBECAFILE', 'HELM_NAMESPACE'];
  return {
    ...Object.fromEntries(unset.map((name) => [name, undefined])),
    KUBECONFIG: kubeconfig,
    HELM_DRIVER: 'memory',
    HELM_MEMORY_DRIVER_DATA: history,
  };
}

/** The release before this one, as Helm's memory driver reads it: only its number and its state matter. */
function historyOf(name: string, { namespace, revision, isUpgrade }: RenderContext): string {
  if (!isUpgrade) return '[]';
  const deployed = new Date(0).toISOString();
  const before = {
    name,
    namespace,
    version: revision - 1,
    info: { status: 'deployed', first_deployed: deployed, last_deployed: deployed },
    chart: { metadata: { apiVersion: 'v2', name, version: '0.0.0' } },
  };
  return JSON.stringify([before]);
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HelmSource, RenderContext } from '../../../ports.ts';
import type { Connection } from '../connection.ts';
import { kubeconfigText } from '../kubeconfig-text.ts';

/** A folder that only this user can read, for the time of one render. */
export interface Workspace {
  folder: string;
  /** The environment of Helm: how it reaches the cluster, and the history of the release. */
  env: NodeJS.ProcessEnv;
}

/** Credentials are handed to Helm by a file, never by an argument; the folder is removed at the end. */
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
    return await work({ folder, env: { ...env, ...clusterEnvironment(kubeconfig, history) } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the path */
export async function privateFile(folder: string, name: string, text: string): Promise<string> {
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

import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** Nothing listens there: a program that tries to reach the network fails. */
const NOWHERE = 'http://127.0.0.1:9';

/** What a program gets that renders files of a pull request. */
export interface Cell {
  /** A folder that only this user can read; removed at the end. */
  folder: string;
  /** Holds nothing of the environment of the step: no token, no credentials, no cluster, no plugins. */
  env: NodeJS.ProcessEnv;
}

/**
 * Does the work with an environment of its own. kustomize puts variables of its environment into objects (a line without `=`
 * in `envs`), and Helm runs the plugins that it finds.
 * @see https://github.com/kubernetes-sigs/kustomize/blob/master/api/kv/kv.go (keyValuesFromLine)
 */
export async function inCell<T>(env: NodeJS.ProcessEnv, work: (cell: Cell) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(env.RUNNER_TEMP ?? tmpdir(), 'slipway-confined-'));
  const at = (name: string) => join(folder, name);
  try {
    return await work({
      folder,
      env: {
        HOME: folder,
        TMPDIR: folder,
        XDG_CONFIG_HOME: at('config'),
        XDG_CACHE_HOME: at('cache'),
        XDG_DATA_HOME: at('data'),
        DOCKER_CONFIG: at('docker'),
        KUBECONFIG: at('no-kubeconfig'),
        HELM_PLUGINS: at('plugins'),
        HELM_REPOSITORY_CONFIG: at('repositories.yaml'),
        HELM_REPOSITORY_CACHE: at('repository'),
        HELM_REGISTRY_CONFIG: at('registry.json'),
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same environment without a way to the network: kustomize loads files by URL, and bases by git. */
export function offline(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, http_proxy: NOWHERE, https_proxy: NOWHERE };
}

/** Variables that lead a program through the proxy of the runner. */
export function proxiesOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/**
 * Absolute path of a program in PATH, so that it runs without a PATH of its own and finds no other program (git, helm).
 * @returns the name itself if there is none: its start then fails, and says so
 */
export async function programPath(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (!isAbsolute(folder)) continue;
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return name;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDockerConfig } from '../adapters/docker/docker-config.ts';
import { type RegistryLogin, secretsOf } from '../adapters/docker/login.ts';
import { federatedCredentials, type IdentityRequest } from '../adapters/google/federation.ts';
import { isGoogleRegistry } from '../adapters/oci/hosts.ts';
import { repositoriesOf } from '../config/images.ts';
import { EnvironmentError, SlipwayError } from '../errors.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import { parseReference } from '../objects/image-reference.ts';
import type { StageName } from '../stage-result.ts';
import type { Run, StageWork } from './context.ts';

/** Stages that run code of the repository: they begin before the sign-in. */
const WITHOUT_CREDENTIALS: readonly StageName[] = ['build-image', 'run-tests', 'preflight'];

/** Variables of this step that are credentials. No program that a build or a test starts has them. */
const OWN = ['INPUT_REGISTRY_PASSWORD', 'INPUT_KUBECONFIG_CONTENT'];
const IDENTITY = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;

/** Stages that read images of the app while code of the repository is built and runs. */
const READERS: readonly StageName[] = ['build-image', 'preflight'];

export interface SignIn {
  /** The work of a stage, with a login that only reads images for the stages that begin before the sign-in. */
  reading(stage: StageName, work: StageWork): StageWork;
  /** Signs in once, before the first stage that needs it. */
  before(stage: StageName): Promise<void>;
  /** Deletes the files of the sign-in. */
  end(): Promise<void>;
}

/**
 * The sign-in of the root action, between the tests and the push. Until then the environment of this process has none of its
 * credentials, and only its memory holds a login to read images; then it has what a step of the workflow would leave: GOOGLE_APPLICATION_CREDENTIALS, DOCKER_CONFIG and KUBECONFIG,
 * which name files in a folder that only this user can read.
 */
export function signInLater(inputs: SignInInputs, run: Run): SignIn {
  const identity = takeOut(run.env);
  let folder: Promise<string> | undefined;
  let login: Promise<Record<string, string>> | undefined;
  return {
    reading(stage, work) {
      if (!READERS.includes(stage)) return work;
      return async (own) => {
        login ??= readLogin(inputs, identity, own);
        return work({ ...own, inputs: own.inputs.with(await login) });
      };
    },
    async before(stage) {
      if (WITHOUT_CREDENTIALS.includes(stage) || folder !== undefined) return;
      folder = mkdtemp(join(run.env.RUNNER_TEMP || tmpdir(), 'slipway-sign-in-'));
      Object.assign(run.env, identity, await signIn(inputs, identity, await folder, run));
    },
    async end() {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
}

/** Removes the credentials from the environment. Returns the variables by which this job asks GitHub for its identity. */
function takeOut(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const identity = Object.fromEntries(IDENTITY.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  for (const name of [...OWN, ...IDENTITY]) delete env[name];
  return identity;
}

function requestOf(identity: NodeJS.ProcessEnv): IdentityRequest {
  const [url, token] = IDENTITY.map((name) => identity[name]);
  if (url && token) return { url, token };
  throw new EnvironmentError('GitHub gives this job no identity, so it cannot sign in to Google Cloud', {
    remedy:
      'Give the job `permissions: id-token: write`. Runs for pull requests from forks and of Dependabot never get it.',
  });
}

/**
 * Inputs of a stage that sign in to read images. Nothing of it is written to a file. What cannot sign in reads nothing: the image
 * is built, and the sign-in before the push says what is wrong.
 */
async function readLogin(
  { google, registry }: SignInInputs,
  identity: NodeJS.ProcessEnv,
  run: Run,
): Promise<Record<string, string>> {
  const event = run.event();
  if (event.kind === 'pull-request' && event.fork) return {};
  const hosts = hostsOf(run);
  const given = (of: string[], user: string, password: string) => {
    run.log.mask(password);
    return { registry: of.join(','), 'registry-user': user, 'registry-password': password };
  };
  const ofGoogle = google === undefined ? [] : hosts.filter(isGoogleRegistry);
  const others = hosts.filter((host) => !ofGoogle.includes(host));
  if (registry !== undefined && others.length > 0) return given(others, registry.user, registry.password);
  if (google === undefined || ofGoogle.length === 0) return {};
  try {
    const { readToken } = await import('../adapters/google/read-token.ts');
    const credentials = federatedCredentials(google.provider, google.serviceAccount, requestOf(identity));
    return given(ofGoogle, 'oauth2accesstoken', await readToken(credentials));
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    run.log.info(`not signed in to read images: ${error.message}`);
    return {};
  }
}

/** Hosts of the images of slipway.yml. */
function hostsOf(run: Run): string[] {
  return [...new Set(Object.values(repositoriesOf(run.config())).map((name) => parseReference(name).host))];
}

async function signIn(
  { google, registry, kubeconfig }: SignInInputs,
  identity: NodeJS.ProcessEnv,
  folder: string,
  run: Run,
): Promise<NodeJS.ProcessEnv> {
  const added: NodeJS.ProcessEnv = {};
  const write = async (name: string, content: string) => {
    const file = join(folder, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  };
  if (google !== undefined) {
    const credentials = federatedCredentials(google.provider, google.serviceAccount, requestOf(identity));
    added.GOOGLE_APPLICATION_CREDENTIALS = await write('google.json', JSON.stringify(credentials));
    run.log.info(`signs in to Google Cloud as ${google.serviceAccount ?? 'the federated identity of this job'}`);
  }
  if (registry !== undefined) {
    const login: RegistryLogin = { kind: 'password', username: registry.user, password: registry.password };
    for (const secret of secretsOf(login)) run.log.mask(secret);
    const hosts = hostsOf(run);
    await writeDockerConfig(folder, new Map(hosts.map((host) => [host, login])), run.env);
    added.DOCKER_CONFIG = folder;
    run.log.info(`signs in to ${hosts.join(', ')} as ${registry.user}`);
  }
  if (kubeconfig !== undefined) added.KUBECONFIG = await write('kubeconfig', kubeconfig);
  return added;
}

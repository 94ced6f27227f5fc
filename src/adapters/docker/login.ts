import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, messageOf } from '../../errors.ts';
import { runProgram } from './process.ts';

/** A login for a registry: a name and password (or token), or an identity token that is exchanged for an access token. */
export type RegistryLogin =
  | { kind: 'password'; username: string; password: string }
  | { kind: 'identity-token'; token: string };

/** Finds the login of a registry. @param refused by the registry: then another one, or undefined */
export type FindLogin = (refused?: RegistryLogin) => Promise<RegistryLogin | undefined>;

/** What no log may show: the secret, and the form in which it is sent. */
export function secretsOf(login: RegistryLogin): string[] {
  if (login.kind === 'identity-token') return [login.token];
  const { username, password } = login;
  return [password, Buffer.from(`${username}:${password}`).toString('base64')].filter((secret) => secret !== '');
}

/** The used parts of Docker's config.json. @see https://docs.docker.com/reference/cli/docker/login/ */
export interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string; username?: string; password?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
  currentContext?: string;
}

/** Folder of docker's configuration. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  return env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker');
}

/** The user's configuration; empty without one. @throws EnvironmentError when it is not JSON */
export async function readDockerConfig(env: NodeJS.ProcessEnv): Promise<DockerConfig> {
  const file = join(configFolder(env), 'config.json');
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return JSON.parse(text) as DockerConfig;
  } catch (cause) {
    throw new EnvironmentError(`${file} is not JSON`, {
      details: [messageOf(cause)],
      remedy: 'Sign in again (`docker login`), which writes it.',
      cause,
    });
  }
}

/** The login that `docker push` would use for a host; undefined when it has none. */
export async function dockerLogin(host: string, env: NodeJS.ProcessEnv): Promise<RegistryLogin | undefined> {
  const config = await readDockerConfig(env);
  const helper = config.credHelpers?.[serverName(host)] ?? config.credHelpers?.[host] ?? config.credsStore;
  if (helper) {
    const found = await fromHelper(helper, serverName(host), env);
    if (found) return found;
  }
  const entry = Object.entries(config.auths ?? {}).find(([server]) => hostOf(server) === host)?.[1];
  if (!entry) return undefined;
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken };
  return entry.auth ? decode(entry.auth) : undefined;
}

/** Docker Hub's logins are kept under the address of its old index. */
export function serverName(host: string): string {
  return host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
}

function hostOf(server: string): string {
  const host = server.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function decode(auth: string): RegistryLogin | undefined {
  const text = Buffer.from(auth, 'base64').toString('utf8').replaceAll('\0', '');
  const at = text.indexOf(':');
  return at <= 0 ? undefined : { kind: 'password', username: text.slice(0, at), password: text.slice(at + 1) };
}

/** @see https://github.com/docker/docker-credential-helpers#development (the protocol of `get`) */
async function fromHelper(helper: string, server: string, env: NodeJS.ProcessEnv): Promise<RegistryLogin | undefined> {
  if (!/^[A-Za-z0-9._-]+$/.test(helper)) return undefined;
  const program = `docker-credential-${helper}`;
  const result = await runProgram(program, ['get'], { env, input: server, timeoutMs: 30_000 }).catch(
    (cause: unknown) => {
      throw new EnvironmentError(`${program}, which Docker's configuration names for ${server}, cannot be run`, {
        details: [messageOf(cause)],
        remedy: 'Install it, or take it out of credHelpers and credsStore.',
        cause,
      });
    },
  );
  if (result.code !== 0) return undefined;
  const { Username = '', Secret = '' } = JSON.parse(result.stdout) as { Username?: string; Secret?: string };
  if (Secret === '') return undefined;
  if (Username === '<token>') return { kind: 'identity-token', token: Secret };
  return { kind: 'password', username: Username, password: Secret };
}

/** Logins for the registries that docker will read from, by host. */
export type LoginsFor = (text: string) => Promise<ReadonlyMap<string, RegistryLogin>>;

import { messageOf } from '../../errors.ts';
import type { ImageReference } from '../../objects/image-reference.ts';
import type { Clock, Log } from '../../ports.ts';
import { dockerLogin, type FindLogin, type RegistryLogin, secretsOf } from '../docker/login.ts';
import type { RegistryAccess } from './access.ts';
import { isGoogleRegistry } from './hosts.ts';
import { RegistryHttp } from './http.ts';
import { MANIFEST_TYPES, type ServedManifest } from './manifest.ts';
import { readBody } from './read-body.ts';
import type { Retries } from './retry.ts';

export interface RegistryOptions {
  /** PATH, HOME, DOCKER_HOST, DOCKER_CONFIG, RUNNER_TEMP … of the process. */
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log: Log;
  signal?: AbortSignal;
  /** Default `pull`. Writes ask for more, and so does every read after them. */
  access?: RegistryAccess;
  /** Attempts of each request; default 5. */
  attempts?: number;
  /** A login that is used before any other, by host. */
  loginFor?(host: string): RegistryLogin | undefined;
  /** An access token from Application Default Credentials, for gcr.io and *.pkg.dev. */
  googleAccessToken(): Promise<string>;
  /** Discards an access token that was refused before its expiry. */
  forgetGoogleToken?(refused: string): Promise<void>;
}

const ACCESS: readonly RegistryAccess[] = ['pull', 'pull,push', 'pull,push,delete'];

/** The clients of the repositories that a run uses, with its logins. */
export class RegistryClients {
  readonly options: RegistryOptions;
  private readonly clients = new Map<string, RegistryHttp>();

  constructor(options: RegistryOptions) {
    this.options = options;
  }

  /** A client that may write also reads with its token: one token for each repository is enough. */
  of({ host, path, repository }: ImageReference, wanted?: RegistryAccess): RegistryHttp {
    const access = wanted ?? this.options.access ?? 'pull';
    const enough = ACCESS.slice(ACCESS.indexOf(access)).reverse();
    const known = enough.map((one) => this.clients.get(`${repository} ${one}`)).find((client) => client !== undefined);
    if (known) return known;
    const login: FindLogin = (refused) => (refused ? this.otherLogin(host, refused) : this.login(host));
    const mask = (secret: string) => this.options.log.mask(secret);
    const client = new RegistryHttp({ host, path }, login, this.retries(`registry ${host}`), access, mask);
    this.clients.set(`${repository} ${access}`, client);
    return client;
  }

  /** @param reference tag or digest */
  async manifest(repository: ImageReference, reference: string): Promise<ServedManifest | undefined> {
    const response = await this.of(repository).request({
      method: 'GET',
      path: `manifests/${reference}`,
      headers: { accept: MANIFEST_TYPES.join(', ') },
    });
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    return {
      body: await readBody(response, `the manifest ${repository.repository}, ${reference},`),
      mediaType: response.headers.get('content-type') ?? '',
      digest: response.headers.get('docker-content-digest') ?? undefined,
    };
  }

  /** Application Default Credentials for Google's registries; without them, and for other registries, docker's own login. */
  async login(host: string): Promise<RegistryLogin | undefined> {
    const login = await this.findLogin(host);
    for (const secret of login === undefined ? [] : secretsOf(login)) this.options.log.mask(secret);
    return login;
  }

  /** Only an access token can be replaced: another login of docker is the same again. */
  private async otherLogin(host: string, refused: RegistryLogin): Promise<RegistryLogin | undefined> {
    const { forgetGoogleToken } = this.options;
    if (!isGoogleRegistry(host) || refused.kind !== 'password' || !forgetGoogleToken) return undefined;
    await forgetGoogleToken(refused.password);
    const other = await this.login(host);
    return other?.kind === 'password' && other.password !== refused.password ? other : undefined;
  }

  retries(what: string): Retries {
    const { clock, log, signal, attempts } = this.options;
    return {
      clock,
      signal,
      ...(attempts === undefined ? {} : { attempts }),
      report: (message) => log.info(`${what}: ${message}`),
    };
  }

  private async findLogin(host: string): Promise<RegistryLogin | undefined> {
    const given = this.options.loginFor?.(host);
    if (given !== undefined) return given;
    if (!isGoogleRegistry(host)) return dockerLogin(host, this.options.env);
    try {
      const password = await this.options.googleAccessToken();
      return { kind: 'password', username: 'oauth2accesstoken', password };
    } catch (error) {
      const own = await dockerLogin(host, this.options.env);
      if (!own) throw error;
      this.options.log.info(`${host}: no Google credentials (${messageOf(error)}); using docker's own login`);
      return own;
    }
  }
}

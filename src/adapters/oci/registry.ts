import { EnvironmentError, messageOf } from '../../errors.ts';
import { type ImageReference, parseReference } from '../../objects/image-reference.ts';
import type { Clock, Log, Registry, RegistryImage } from '../../ports.ts';
import type { DockerCli } from '../docker/cli.ts';
import { withLogins } from '../docker/docker-config.ts';
import { locateDocker } from '../docker/locate.ts';
import { dockerLogin, type RegistryLogin, secretsOf } from '../docker/login.ts';
import { commandFailed } from '../docker/translate-engine.ts';
import type { RegistryAccess } from './access.ts';
import { checkPush } from './check-push.ts';
import { dockerPush } from './docker-push.ts';
import { isGoogleRegistry } from './hosts.ts';
import { RegistryHttp } from './http.ts';
import { MANIFEST_TYPES, readManifest, type ServedManifest } from './manifest.ts';
import { readBody } from './read-body.ts';
import { type Retries, withRetries } from './retry.ts';

export interface RegistryOptions {
  /** PATH, HOME, DOCKER_HOST, DOCKER_CONFIG, RUNNER_TEMP … of the process. */
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log: Log;
  signal?: AbortSignal;
  /** Default `pull`. Pushing and tagging always ask for both, and so does every read after them. */
  access?: RegistryAccess;
  /** Attempts of each request; default 5. */
  attempts?: number;
  /** An access token from Application Default Credentials, for gcr.io and *.pkg.dev. */
  googleAccessToken(): Promise<string>;
}

/** Docker itself tries each layer five times, over 50 s. */
const PUSH_ATTEMPTS = 3;

/** Registries. Uploads layers by `docker push`, and does everything else by the distribution API. */
export class OciRegistry implements Registry {
  private readonly options: RegistryOptions;
  private readonly clients = new Map<string, RegistryHttp>();
  private docker: DockerCli | undefined;

  constructor(options: RegistryOptions) {
    this.options = options;
  }

  async push(
    image: string,
    repository: string,
    tag: string,
    onLine: (line: string) => void,
    signal = this.options.signal,
  ): Promise<RegistryImage> {
    const docker = this.engine();
    const reference = parseReference(repository);
    const name = `${repository}:${tag}`;
    await docker.output(['image', 'tag', '--', image, name], (stderr) =>
      commandFailed(`${image} cannot be tagged ${name}`, stderr),
    );
    await checkPush(this.client(reference, 'pull,push'));
    const attempt = async () => {
      // Signs in for each attempt: a short-lived token may expire during the upload.
      const login = await this.login(reference.host);
      const hasLogin = login !== undefined;
      return withLogins(new Map(login ? [[reference.host, login]] : []), this.options.env, (env) =>
        dockerPush(docker, { repository: reference, tag }, { env, hasLogin, onLine, signal }),
      );
    };
    const digest = await withRetries(attempt, { ...this.retries(`push ${name}`), attempts: PUSH_ATTEMPTS });
    const pushed = await this.resolve(`${repository}@${digest}`);
    if (pushed) return pushed;
    throw new EnvironmentError(`${repository}@${digest} was pushed, but the registry does not have it`, {
      remedy: 'Run again; if it persists, the registry loses what it confirmed: ask its operators.',
    });
  }

  async resolve(reference: string): Promise<RegistryImage | undefined> {
    const parsed = parseReference(reference);
    const served = await this.manifest(parsed, parsed.digest ?? parsed.tag ?? 'latest');
    return served && readManifest(parsed.repository, served, parsed.digest);
  }

  async tag(repository: string, digest: string, tag: string): Promise<void> {
    const parsed = parseReference(repository);
    const client = this.client(parsed, 'pull,push');
    const served = await this.manifest(parsed, digest);
    if (!served)
      throw new EnvironmentError(`${repository}@${digest} is not in the registry`, { remedy: 'Push it first.' });
    readManifest(repository, served, digest);
    await client.request({
      method: 'PUT',
      path: `manifests/${tag}`,
      headers: { 'content-type': served.mediaType },
      body: served.body,
    });
  }

  private async manifest(repository: ImageReference, reference: string): Promise<ServedManifest | undefined> {
    const response = await this.client(repository).request({
      method: 'GET',
      path: `manifests/${reference}`,
      headers: { accept: MANIFEST_TYPES.join(', ') },
    });
    if (response.status === 404) return undefined;
    return {
      body: await readBody(response, `the manifest ${repository.repository}, ${reference},`),
      mediaType: response.headers.get('content-type') ?? '',
      digest: response.headers.get('docker-content-digest') ?? undefined,
    };
  }

  /** A client that may push also reads with its token: one token for each repository is enough. */
  private client({ host, path, repository }: ImageReference, wanted?: RegistryAccess): RegistryHttp {
    const access = wanted ?? this.options.access ?? 'pull';
    const known = this.clients.get(`${repository} pull,push`) ?? this.clients.get(`${repository} ${access}`);
    if (known) return known;
    const login = () => this.login(host);
    const mask = (secret: string) => this.options.log.mask(secret);
    const client = new RegistryHttp({ host, path }, login, this.retries(`registry ${host}`), access, mask);
    this.clients.set(`${repository} ${access}`, client);
    return client;
  }

  /** Application Default Credentials for Google's registries; without them, and for other registries, docker's own login. */
  private async login(host: string): Promise<RegistryLogin | undefined> {
    const login = await this.findLogin(host);
    for (const secret of login === undefined ? [] : secretsOf(login)) this.options.log.mask(secret);
    return login;
  }

  private async findLogin(host: string): Promise<RegistryLogin | undefined> {
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

  private retries(what: string): Retries {
    const { clock, log, signal, attempts } = this.options;
    return {
      clock,
      signal,
      ...(attempts === undefined ? {} : { attempts }),
      report: (message) => log.info(`${what}: ${message}`),
    };
  }

  private engine(): DockerCli {
    this.docker ??= locateDocker(this.options.env);
    return this.docker;
  }
}

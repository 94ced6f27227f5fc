import { EnvironmentError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { Registry, RegistryImage, RegistryPlatform } from '../../ports.ts';
import type { DockerCli } from '../docker/cli.ts';
import { withLogins } from '../docker/docker-config.ts';
import { locateDocker } from '../docker/locate.ts';
import { commandFailed } from '../docker/translate-engine.ts';
import { checkPush } from './check-push.ts';
import { RegistryClients, type RegistryOptions } from './clients.ts';
import { dockerPush } from './docker-push.ts';
import type { RegistryRequest } from './http.ts';
import { readManifest, type ServedManifest } from './manifest.ts';
import { missingParts, platformsOf } from './missing-parts.ts';
import { withRetries } from './retry.ts';

/** Docker itself tries each layer five times, over 50 s. */
const PUSH_ATTEMPTS = 3;

/** Registries. Uploads layers by `docker push`, and does everything else by the distribution API. */
export class OciRegistry implements Registry {
  readonly clients: RegistryClients;
  private docker: DockerCli | undefined;
  /** What `resolve` has read, by repository and digest: a new tag of it needs no further question. */
  private readonly read = new Map<string, ServedManifest>();

  constructor(options: RegistryOptions) {
    this.clients = new RegistryClients(options);
  }

  async push(
    image: string,
    repository: string,
    tag: string,
    onLine: (line: string) => void,
    signal = this.clients.options.signal,
  ): Promise<RegistryImage> {
    const docker = this.engine();
    const reference = parseReference(repository);
    const name = `${repository}:${tag}`;
    const permitted = checkPush(this.clients.of(reference, 'pull,push'));
    permitted.catch(() => undefined);
    await docker.output(['image', 'tag', '--', image, name], (stderr) =>
      commandFailed(`${image} cannot be tagged ${name}`, stderr),
    );
    await permitted;
    const attempt = async () => {
      // Signs in for each attempt: a short-lived token may expire during the upload.
      const login = await this.clients.login(reference.host);
      const hasLogin = login !== undefined;
      return withLogins(new Map(login ? [[reference.host, login]] : []), this.clients.options.env, (env) =>
        dockerPush(docker, { repository: reference, tag }, { env, hasLogin, onLine, signal }),
      );
    };
    const digest = await withRetries(attempt, { ...this.clients.retries(`push ${name}`), attempts: PUSH_ATTEMPTS });
    const pushed = await this.resolve(`${repository}@${digest}`);
    if (pushed) return pushed;
    throw new EnvironmentError(`${repository}@${digest} was pushed, but the registry does not have it`, {
      remedy: 'Run again; if it persists, the registry loses what it confirmed: ask its operators.',
    });
  }

  async resolve(reference: string): Promise<RegistryImage | undefined> {
    const parsed = parseReference(reference);
    const served = await this.clients.manifest(parsed, parsed.digest ?? parsed.tag ?? 'latest');
    if (served === undefined) return undefined;
    const image = readManifest(parsed.repository, served, parsed.digest);
    this.read.set(`${parsed.repository}@${image.digest}`, served);
    return image;
  }

  missingParts(repository: string, digest: string): Promise<string[]> {
    return missingParts(this.clients, parseReference(repository), digest);
  }

  platforms(repository: string, digest: string): Promise<RegistryPlatform[]> {
    return platformsOf(this.clients, parseReference(repository), digest);
  }

  async tag(repository: string, digest: string, tag: string): Promise<void> {
    const parsed = parseReference(repository);
    const client = this.clients.of(parsed, 'pull,push');
    const served = this.read.get(`${parsed.repository}@${digest}`) ?? (await this.clients.manifest(parsed, digest));
    if (!served)
      throw new EnvironmentError(`${repository}@${digest} is not in the registry`, { remedy: 'Push it first.' });
    readManifest(repository, served, digest);
    const put: RegistryRequest = {
      method: 'PUT',
      path: `manifests/${tag}`,
      headers: { 'content-type': served.mediaType },
      body: served.body,
    };
    const answer = await client.request(put);
    if (!answer.ok) throw await client.refused(put, answer);
  }

  private engine(): DockerCli {
    this.docker ??= locateDocker(this.clients.options.env);
    return this.docker;
  }
}

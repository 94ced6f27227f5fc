import { EnvironmentError, PermissionMissing, UserError } from '../../errors.ts';
import { parseReference } from '../../objects/image-reference.ts';
import type { Clock, ImageRepository, ListedManifest } from '../../ports.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import { retryAfter } from '../http/retry-after.ts';
import { CONTAINER_REGISTRY } from '../oci/hosts.ts';
import { PackageContents } from '../oci/package-contents.ts';
import { type Retries, Transient, withRetries } from '../oci/retry.ts';
import { askGoogle, GoogleRefusal, type GoogleRest } from './rest.ts';

export interface ArtifactOptions extends GoogleRest {
  /** Base of the API, without a slash at the end. */
  endpoint: string;
  /** Discards a token that was refused before its expiry. */
  forget(token: string): Promise<void>;
  clock: Clock;
  /** Gets a line for each failed attempt. */
  report(message: string): void;
}

interface Version {
  name?: string;
  createTime?: string;
  updateTime?: string;
}
interface Versions {
  versions?: Version[];
  nextPageToken?: string;
}
interface Operation {
  name?: string;
  done?: boolean;
  error?: { code?: number; message?: string };
}

const PAGE = 1_000;
/** Milliseconds between two looks at a deletion, and for all of them. */
const POLL_MS = 500;
const LONGEST_MS = 5 * 60_000;
const PERMISSIONS = ['artifactregistry.tags.delete', 'artifactregistry.versions.delete'];

/**
 * A package of Artifact Registry, by its API: it lists manifests without a tag as well, and deletes. A version is a manifest. What
 * still has a tag is never deleted: the API refuses it without `force`.
 * @see https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories.packages.versions
 */
export class ArtifactPackage extends PackageContents implements ImageRepository {
  readonly by = 'the API of Artifact Registry';
  private readonly options: ArtifactOptions;
  private readonly repository: string;
  private readonly at: string;

  /** @param contents reads and writes by the protocol of OCI */
  constructor(options: ArtifactOptions, contents: ImageRepository) {
    super(contents);
    this.options = options;
    const { repository, image } = placeOf(contents.name);
    this.repository = repository;
    this.at = `${repository}/packages/${encodeURIComponent(image)}`;
  }

  /** The tags are those of the registry itself, as for every registry. */
  async list(known?: ReadonlySet<string>): Promise<ListedManifest[]> {
    const tagged = await this.contents.list(known);
    if (known !== undefined) return tagged;
    const versions = await this.versions();
    const tags = new Map(tagged.map((one) => [one.digest, one.tags]));
    const listed = new Set(versions.map(({ digest }) => digest));
    const others = tagged.filter(({ digest }) => !listed.has(digest));
    return [...others, ...versions.map((one) => ({ ...one, tags: tags.get(one.digest) ?? [] }))];
  }

  async requireDeletion(): Promise<void> {
    const body = { permissions: PERMISSIONS };
    const answer = await this.ask<{ permissions?: string[] }>('POST', `${this.repository}:testIamPermissions`, body);
    const missing = PERMISSIONS.filter((permission) => !answer?.permissions?.includes(permission));
    const [permission] = missing;
    if (permission === undefined) return;
    throw new PermissionMissing(`the identity of this job may not delete in ${this.repository}: nothing was deleted`, {
      details: missing,
      remedy: 'Grant it roles/artifactregistry.repoAdmin on this repository (docs/google-cloud.md).',
      permission,
    });
  }

  async deleteTag(tag: string): Promise<void> {
    await this.ask('DELETE', `${this.at}/tags/${encodeURIComponent(tag)}`);
  }

  async deleteManifest(digest: string): Promise<void> {
    let operation = await this.ask<Operation>('DELETE', `${this.at}/versions/${digest}`);
    const { clock, signal } = this.options;
    const until = clock.monotonic() + LONGEST_MS;
    while (operation?.name !== undefined && operation.done !== true) {
      if (clock.monotonic() > until) throw this.failed(digest, 'it is not done after 5 minutes');
      await clock.sleep(POLL_MS, signal);
      operation = await this.ask<Operation>('GET', operation.name);
    }
    if (operation?.error) throw this.failed(digest, neutraliseLine(operation.error.message ?? 'no reason is given'));
  }

  private failed(digest: string, reason: string): EnvironmentError {
    return new EnvironmentError(`Artifact Registry does not delete ${this.name}@${digest}: ${reason}`, {
      remedy: 'Run again: a run continues where the one before ended.',
    });
  }

  private async versions(): Promise<Omit<ListedManifest, 'tags'>[]> {
    const found: Omit<ListedManifest, 'tags'>[] = [];
    let page = '';
    do {
      const query = new URLSearchParams({ pageSize: String(PAGE), ...(page === '' ? {} : { pageToken: page }) });
      const answer: Versions = (await this.ask<Versions>('GET', `${this.at}/versions?${query}`)) ?? {};
      for (const version of answer.versions ?? []) found.push(listedOf(version, this.name));
      page = answer.nextPageToken ?? '';
    } while (page !== '');
    return found;
  }

  private ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T | undefined> {
    const { clock, signal, report, endpoint } = this.options;
    const retries: Retries = { clock, signal, report: (message) => report(`Artifact Registry: ${message}`) };
    return withRetries(async () => {
      const token = await this.options.token();
      try {
        return await askGoogle<T>({ token: async () => token, signal }, method, `${endpoint}/v1/${path}`, body);
      } catch (error) {
        if (!(error instanceof GoogleRefusal)) throw error instanceof EnvironmentError ? new Transient(error) : error;
        const { status } = error;
        if (status === 401) await this.options.forget(token);
        if (status !== 401 && status !== 429 && status < 500) throw error.error;
        throw new Transient(error.error, retryAfter(error.retryAfter, clock.now()));
      }
    }, retries);
  }
}

/** projects/…/locations/…/repositories/… of an image, and its name in there. The project of a domain has two parts. */
function placeOf(name: string): { repository: string; image: string } {
  const { host, path } = parseReference(name);
  const [first = '', ...rest] = path.split('/');
  const ofDomain = first.includes('.');
  const project = ofDomain ? `${first}:${rest.shift() ?? ''}` : first;
  const moved = CONTAINER_REGISTRY[host];
  const repository = moved === undefined ? (rest.shift() ?? '') : host;
  const location = moved ?? host.slice(0, -'-docker.pkg.dev'.length);
  if (rest.length === 0) {
    throw new UserError(`${name} is no image of Artifact Registry`, {
      remedy: 'Write LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE in slipway.yml.',
    });
  }
  return { repository: `projects/${project}/locations/${location}/repositories/${repository}`, image: rest.join('/') };
}

/** Its last change counts as the time when it came: of two times, the later one keeps it longer. */
function listedOf({ name = '', createTime = '', updateTime = '' }: Version, of: string): Omit<ListedManifest, 'tags'> {
  const digest = /\/versions\/(sha256:[0-9a-f]{64})$/.exec(name)?.[1];
  if (digest === undefined) {
    throw new EnvironmentError(
      `Artifact Registry lists a version of ${of} that is no manifest: ${neutraliseLine(name)}`,
      {
        details: ['Nothing was deleted: what cannot be read cannot be judged.'],
        remedy: 'Is the repository one of the format DOCKER?',
      },
    );
  }
  const times = [createTime, updateTime].map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time));
  return { digest, storedAt: times.length === 0 ? undefined : Math.max(...times) };
}

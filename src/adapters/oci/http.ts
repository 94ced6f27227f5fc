import { messageOf } from '../../errors.ts';
import type { ImageReference } from '../../objects/image-reference.ts';
import type { FindLogin } from '../docker/login.ts';
import { retryAfter } from '../http/retry-after.ts';
import type { RegistryAccess } from './access.ts';
import { Authorizer } from './authorizer.ts';
import { baseUrl } from './hosts.ts';
import { type Retries, Transient, withRetries } from './retry.ts';
import { translateAnswer, unreachable } from './translate.ts';

export interface RegistryRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** A path below /v2/<path of the repository>/, or an address that the same registry gave. */
  path: string;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Statuses that are an answer, beside success and 404. */
  accept?: readonly number[];
}

const TIMEOUT_MS = 30_000;

/** The distribution API of one repository. @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md */
export class RegistryHttp {
  private readonly repository: Pick<ImageReference, 'host' | 'path'>;
  private readonly authorizer: Authorizer;
  private readonly retries: Retries;
  private readonly access: RegistryAccess;

  /**
   * @param login is read again after a refused token: it may have expired
   * @param mask hides a secret in the log
   */
  constructor(
    repository: Pick<ImageReference, 'host' | 'path'>,
    login: FindLogin,
    retries: Retries,
    access: RegistryAccess,
    mask: (secret: string) => void,
  ) {
    this.repository = repository;
    this.access = access;
    this.authorizer = new Authorizer(repository, login, access, mask);
    this.retries = retries;
  }

  /**
   * The answer, which may be a 404. Retries transient refusals.
   * @throws UserError or EnvironmentError with what to do for every other refusal
   */
  async request(request: RegistryRequest): Promise<Response> {
    return withRetries(() => this.once(request), this.retries);
  }

  /** The error of an answer that should have been a success. */
  refused(request: RegistryRequest, response: Response): Promise<Error> {
    return translateAnswer(this.repository, request.method, response, this.authorizer.hasLogin, this.access);
  }

  private async once(request: RegistryRequest): Promise<Response> {
    const { header } = this.authorizer;
    const first = await this.send(request, header);
    if (first.status !== 401) return this.checked(request, first);
    const ask = (url: string, init: RequestInit) => this.fetch(url, init);
    const fetched = await this.authorizer.answer(first.headers.get('www-authenticate'), ask, header);
    return this.checked(request, fetched ? await this.send(request, this.authorizer.header) : first);
  }

  private send(request: RegistryRequest, authorization: string | undefined): Promise<Response> {
    const { host, path } = this.repository;
    const url = new URL(request.path, `${baseUrl(host)}/v2/${path}/`);
    // An upload may go to another address, which the login is not for.
    const ours = authorization !== undefined && url.origin === new URL(baseUrl(host)).origin;
    return this.fetch(url.toString(), {
      method: request.method,
      headers: { ...request.headers, ...(ours ? { authorization } : {}) },
      ...(request.body ? { body: new Uint8Array(request.body) } : {}),
    });
  }

  private async checked(request: RegistryRequest, response: Response): Promise<Response> {
    if (response.ok || response.status === 404 || request.accept?.includes(response.status)) return response;
    const error = await this.refused(request, response);
    if (response.status !== 429 && response.status < 500) throw error;
    throw new Transient(error, retryAfter(response.headers.get('retry-after'), this.retries.clock.now()));
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const { signal } = this.retries;
    try {
      return await fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    } catch (error) {
      signal?.throwIfAborted();
      throw new Transient(unreachable(this.repository.host, messageOf(error)));
    }
  }
}

import { EnvironmentError } from '../../errors.ts';
import type { ImageReference } from '../../objects/image-reference.ts';
import type { FindLogin, RegistryLogin } from '../docker/login.ts';
import { retryAfter } from '../http/retry-after.ts';
import type { RegistryAccess } from './access.ts';
import { readChallenge } from './challenge.ts';
import { baseUrl } from './hosts.ts';
import { readJson } from './read-body.ts';
import { Transient } from './retry.ts';
import { translateTokenAnswer } from './translate.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Makes the `Authorization` header for a registry from a login: Basic, or a Bearer token from the address that the registry
 * names.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export class Authorizer {
  header: string | undefined;
  hasLogin = false;
  private readonly repository: Pick<ImageReference, 'host' | 'path'>;
  private readonly login: FindLogin;
  private readonly access: RegistryAccess;
  private readonly mask: (secret: string) => void;
  /** The answer under way: requests that run at one time need one token. */
  private answering: Promise<boolean> | undefined;

  /** @param mask hides a secret in the log */
  constructor(
    repository: Pick<ImageReference, 'host' | 'path'>,
    login: FindLogin,
    access: RegistryAccess,
    mask: (secret: string) => void,
  ) {
    this.repository = repository;
    this.login = login;
    this.access = access;
    this.mask = mask;
  }

  /**
   * Answers a challenge and keeps the answer for further requests. Returns false without anything to answer with.
   * @param refused the header of the request that was refused
   * @throws UserError or EnvironmentError when the token is refused
   */
  async answer(wwwAuthenticate: string | null, fetch: Fetch, refused?: string): Promise<boolean> {
    // Another request has got a header meanwhile.
    if (this.header !== refused) return true;
    this.answering ??= this.read(wwwAuthenticate, fetch).finally(() => {
      this.answering = undefined;
    });
    return this.answering;
  }

  private async read(wwwAuthenticate: string | null, fetch: Fetch): Promise<boolean> {
    const challenge = readChallenge(wwwAuthenticate);
    const login = await this.login();
    this.hasLogin = login !== undefined;
    if (challenge?.scheme === 'basic' && login?.kind === 'password') {
      this.header = basic(login);
      return true;
    }
    if (challenge?.scheme !== 'bearer') return false;
    this.header = `Bearer ${await this.token(challenge, login, fetch)}`;
    return true;
  }

  private async token(
    { realm, service }: { realm: string; service: string },
    login: RegistryLogin | undefined,
    fetch: Fetch,
  ): Promise<string> {
    if (baseUrl(this.repository.host).startsWith('https:') && !realm.startsWith('https:')) {
      throw new EnvironmentError(
        `registry ${this.repository.host} wants the login sent to ${realm} without encryption`,
        {
          remedy: 'This is refused. Ask the operators of the registry to name an https address for tokens.',
        },
      );
    }
    let response = await this.ask(realm, service, login, fetch);
    if (response.status === 401 && login !== undefined) {
      // An access token may die before its time.
      const other = await this.login(login);
      if (other !== undefined) {
        await response.body?.cancel();
        response = await this.ask(realm, service, other, fetch);
      }
    }
    // A redirect would take the login to an address that the registry did not name.
    if (response.status >= 300 && response.status < 400) throw redirected(this.repository.host, realm);
    if (!response.ok) {
      const error = await translateTokenAnswer(this.repository, response, login !== undefined, this.access);
      if (response.status !== 429 && response.status < 500) throw error;
      throw new Transient(error, retryAfter(response.headers.get('retry-after'), Date.now()));
    }
    const { token, access_token } = await readJson<{ token?: string; access_token?: string }>(
      response,
      `the tokens of registry ${this.repository.host}`,
    );
    const given = token ?? access_token ?? '';
    if (given !== '') this.mask(given);
    return given;
  }

  private ask(realm: string, service: string, login: RegistryLogin | undefined, fetch: Fetch): Promise<Response> {
    const scope = `repository:${this.repository.path}:${this.access}`;
    if (login?.kind !== 'identity-token') {
      const headers: Record<string, string> = login ? { authorization: basic(login) } : {};
      return fetch(withQuery(realm, { service, scope }), { redirect: 'manual', headers });
    }
    const fields = { grant_type: 'refresh_token', service, scope, client_id: 'slipway', refresh_token: login.token };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return fetch(realm, { method: 'POST', redirect: 'manual', headers, body: form(fields) });
  }
}

function redirected(host: string, realm: string): EnvironmentError {
  return new EnvironmentError(`registry ${host}: ${realm} redirects the request for a token`, {
    remedy:
      'A login is not sent to another address. Ask the operators of the registry to name the final address for tokens.',
  });
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function form(fields: Record<string, string>): URLSearchParams {
  return new URLSearchParams(fields);
}

function withQuery(url: string, fields: Record<string, string>): string {
  const result = new URL(url);
  for (const [name, value] of Object.entries(fields)) if (value !== '') result.searchParams.set(name, value);
  return result.toString();
}

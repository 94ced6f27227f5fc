import { EnvironmentError } from '../../errors.ts';
import type { ImageReference } from '../../objects/image-reference.ts';
import type { Login } from '../docker/login.ts';
import { readChallenge } from './challenge.ts';
import { baseUrl } from './hosts.ts';
import { refusedToken } from './refusals.ts';
import { retryAfter, Transient } from './retry.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Turns a login into what a registry wants in `Authorization`: Basic as it is, or a Bearer token from the place that the
 * registry names.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export class Authorizer {
  header: string | undefined;
  hasLogin = false;
  private readonly repository: Pick<ImageReference, 'host' | 'path'>;
  private readonly login: () => Promise<Login | undefined>;

  constructor(repository: Pick<ImageReference, 'host' | 'path'>, login: () => Promise<Login | undefined>) {
    this.repository = repository;
    this.login = login;
  }

  /**
   * Answers a challenge and keeps the answer for further requests; false when there is nothing to answer it with.
   * @throws UserError or EnvironmentError when the token is refused
   */
  async answer(wwwAuthenticate: string | null, fetch: Fetch): Promise<boolean> {
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

  /** Always for pull and push: a token for reading alone would be refused at the first tag. */
  private async token(
    { realm, service }: { realm: string; service: string },
    login: Login | undefined,
    fetch: Fetch,
  ): Promise<string> {
    if (baseUrl(this.repository.host).startsWith('https:') && !realm.startsWith('https:')) {
      throw new EnvironmentError(
        `registry ${this.repository.host} wants the login sent to ${realm} without encryption`,
        {
          remedy: 'This is refused. Ask those who run the registry to name an https address for tokens.',
        },
      );
    }
    const scope = `repository:${this.repository.path}:pull,push`;
    const response =
      login?.kind === 'identity-token'
        ? await fetch(realm, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: form({
              grant_type: 'refresh_token',
              service,
              scope,
              client_id: 'slipway',
              refresh_token: login.token,
            }),
          })
        : await fetch(withQuery(realm, { service, scope }), {
            headers: login ? { authorization: basic(login) } : {},
          });
    if (!response.ok) {
      const error = await refusedToken(this.repository, response, login !== undefined);
      if (response.status !== 429 && response.status < 500) throw error;
      throw new Transient(error, retryAfter(response.headers.get('retry-after'), Date.now()));
    }
    const { token, access_token } = (await response.json()) as { token?: string; access_token?: string };
    return token ?? access_token ?? '';
  }
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

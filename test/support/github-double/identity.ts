import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';

/** Of a job, what GitHub puts into its identity token. @see https://docs.github.com/actions/reference/security/oidc */
export interface IdentityClaims {
  repository: string;
  repository_id: string;
  event_name: string;
  ref: string;
  sha: string;
  workflow_ref: string;
  workflow_sha: string;
  runner_environment: 'github-hosted' | 'self-hosted';
}

/** The claims of a job whose workflow is of the commit of its run, on a machine of GitHub. */
export function claimsOfJob(
  {
    repository,
    repositoryId,
    event,
    ref,
    sha,
  }: { repository: string; repositoryId: number; event: string; ref: string; sha: string },
  file = 'slipway.yml',
): IdentityClaims {
  return {
    ...{ repository, repository_id: String(repositoryId), event_name: event, ref, sha },
    ...{ workflow_ref: `${repository}/.github/workflows/${file}@${ref}`, workflow_sha: sha },
    runner_environment: 'github-hosted',
  };
}

/** As on a GitHub Enterprise Server. @see https://docs.github.com/enterprise-server/actions/reference/security/oidc */
const ISSUER_PATH = '/_services/token';
const REQUEST_PATH = '/_apis/idtoken';

/** The variables by which the steps of a job with `id-token: write` ask for its token. @param url of the double */
export function identityEnv(url: string, claims: IdentityClaims): Record<string, string> {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}${REQUEST_PATH}?api-version=2.0`,
    // The double keeps no jobs: the secret of the request says which job it is.
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: Buffer.from(JSON.stringify(claims)).toString('base64url'),
  };
}

/** GitHub's issuer of identity tokens, with a key of its own. Tokens live five minutes, as GitHub's do. */
export class Identity {
  private readonly kid = randomUUID();
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly issuer: string;

  /** @param url of the double */
  constructor(url: string, issuer = `${url}${ISSUER_PATH}`) {
    this.issuer = issuer;
  }

  /** The answer to a request of a job or of somebody who verifies; undefined for another path. */
  answer(url: URL, authorization: string | undefined): object | undefined {
    if (url.pathname === `${ISSUER_PATH}/.well-known/jwks`) {
      const key = this.keys.publicKey.export({ format: 'jwk' });
      return { keys: [{ ...key, kid: this.kid, use: 'sig', alg: 'RS256' }] };
    }
    if (url.pathname !== REQUEST_PATH || authorization === undefined) return undefined;
    const claims = JSON.parse(Buffer.from(authorization.replace(/^bearer /i, ''), 'base64url').toString('utf8'));
    return { value: this.sign(claims, url.searchParams.get('audience') ?? '') };
  }

  /** @param ahead seconds by which the clock of the issuer is ahead */
  sign(claims: IdentityClaims, audience: string, ahead = 0): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1_000) + ahead;
    const times = { iss: this.issuer, aud: audience, iat: now, nbf: now, exp: now + 300 };
    const text = `${part({ typ: 'JWT', alg: 'RS256', kid: this.kid })}.${part({ ...claims, ...times })}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(this.keys.privateKey, 'base64url')}`;
  }
}

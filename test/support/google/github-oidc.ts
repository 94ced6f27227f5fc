import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Call, Responder } from './https-front.ts';

/** GitHub's OpenID provider. @see https://docs.github.com/actions/reference/security/oidc */
export const ISSUER = 'https://token.actions.githubusercontent.com';
/** Where the runner's own token endpoint lives: ACTIONS_ID_TOKEN_REQUEST_URL. */
export const RUNNER_HOST = 'run-actions-1-azure-eastus.actions.githubusercontent.com';

export interface Job {
  owner: string;
  ownerId: number;
  repository: string;
  repositoryId: number;
  ref: string;
  event: string;
  /** GitHub environment that the job names. */
  environment?: string;
  /** The form of `sub` with ids, of repositories that were made or renamed since July 2026. */
  immutableSubject: boolean;
}

export type Claims = Record<string, string | number>;

/** The claims that GitHub puts into a job's identity token, without the times and the audience. */
export function claimsOf(job: Job): Claims {
  const ids = job.immutableSubject;
  const name = `${job.owner}${ids ? `@${job.ownerId}` : ''}/${job.repository}${ids ? `@${job.repositoryId}` : ''}`;
  const environment: Claims = job.environment ? { environment: job.environment } : {};
  return {
    sub: `repo:${name}:${contextOf(job)}`,
    repository: `${job.owner}/${job.repository}`,
    repository_id: String(job.repositoryId),
    repository_owner: job.owner,
    repository_owner_id: String(job.ownerId),
    ref: job.ref,
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    event_name: job.event,
    run_id: '16000000001',
    run_attempt: '1',
    job_workflow_ref: `${job.owner}/${job.repository}/.github/workflows/slipway.yml@${job.ref}`,
    runner_environment: 'github-hosted',
    ...environment,
  };
}

function contextOf(job: Job): string {
  if (job.environment) return `environment:${job.environment}`;
  return job.event === 'pull_request' ? 'pull_request' : `ref:${job.ref}`;
}

export interface GitHubOidc {
  /** Identity tokens handed out. */
  issued: number;
  /** The job that runs now: its identity is what the token endpoint vouches for. */
  job: Job;
  /** The job has the permission `id-token: write`. */
  allowed: boolean;
  readonly requestUrl: string;
  readonly requestToken: string;
  issuer: Responder;
  runner: Responder;
  sign(claims: Claims): string;
  /** A job of the same run: the token by which its steps ask for its identity. */
  startJob(job: Job): string;
}

/** GitHub's issuer and the token endpoint of the runner. Tokens live five minutes, as GitHub's do. */
export function gitHubOidc(job: Job): GitHubOidc {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const others = new Map<string, Job>();
  const oidc: GitHubOidc = {
    issued: 0,
    job,
    allowed: true,
    requestUrl: `https://${RUNNER_HOST}/1/00000000-0000-0000-0000-000000000000/_apis/distributedtask/hubs/Actions/idtoken?api-version=2.0`,
    requestToken: randomUUID(),
    issuer: ({ path }) => {
      if (path === '/.well-known/openid-configuration') return { status: 200, json: discovery() };
      return path === '/.well-known/jwks' ? { status: 200, json: { keys: [jwk] } } : undefined;
    },
    runner: (call) => answerRunner(oidc, others, call),
    sign(claims) {
      const text = `${part({ typ: 'JWT', alg: 'RS256', kid })}.${part(claims)}`;
      return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
    },
    startJob(other) {
      const token = randomUUID();
      others.set(token, other);
      return token;
    },
  };
  return oidc;
}

function discovery(): object {
  return { issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks`, id_token_signing_alg_values_supported: ['RS256'] };
}

function answerRunner(oidc: GitHubOidc, others: ReadonlyMap<string, Job>, call: Call): ReturnType<Responder> {
  const url = new URL(call.path, oidc.requestUrl);
  if (call.method !== 'GET' || url.pathname !== new URL(oidc.requestUrl).pathname) return undefined;
  const token = (call.headers.authorization ?? '').replace(/^bearer /i, '');
  const job = token === oidc.requestToken ? oidc.job : others.get(token);
  if (!oidc.allowed || !job) {
    return { status: 401, json: { message: 'The request token is not valid, or the job lacks id-token: write.' } };
  }
  oidc.issued++;
  const now = Math.floor(Date.now() / 1000);
  const audience = url.searchParams.get('audience') ?? `https://github.com/${job.owner}`;
  const times = { jti: randomUUID(), iss: ISSUER, aud: audience, iat: now, nbf: now - 300, exp: now + 300 };
  return { status: 200, json: { count: 1, value: oidc.sign({ ...claimsOf(job), ...times }) } };
}

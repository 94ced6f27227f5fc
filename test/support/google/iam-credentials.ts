import type { Answer, Responder } from './https-front.ts';
import { deviations, publishedShape } from './published-shape.ts';
import type { Tokens } from './tokens.ts';

const API = '@googleapis/iamcredentials';
const REQUEST = publishedShape(API, 'GenerateAccessTokenRequest');
const RESPONSE = publishedShape(API, 'GenerateAccessTokenResponse');

export interface ServiceAccount {
  email: string;
  /** Members with roles/iam.workloadIdentityUser on it. */
  users: string[];
}

export interface IamCredentialsOptions {
  accounts: ServiceAccount[];
  tokens: Tokens;
  /** Lifetime to give in place of the one asked for, in seconds. */
  seconds?(): number | undefined;
  violations: string[];
}

const PATH = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/;

/** iamcredentials.googleapis.com: the impersonation of a service account. */
export function iamCredentials(options: IamCredentialsOptions): Responder {
  return async ({ method, path, headers, body }) => {
    const email = PATH.exec(path)?.[1];
    if (method !== 'POST' || email === undefined) return undefined;
    const caller = options.tokens.of(headers.authorization);
    if (!caller) return failure(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    const account = options.accounts.find((one) => one.email === decodeURIComponent(email));
    if (!account?.users.some((user) => caller.members.includes(user))) {
      const text = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
      return failure(403, 'PERMISSION_DENIED', text, 'IAM_PERMISSION_DENIED');
    }
    const request: { scope?: string[]; lifetime?: string } = JSON.parse(body);
    options.violations.push(...deviations(request, REQUEST, 'generateAccessToken request'));
    const seconds = options.seconds?.() ?? Number((request.lifetime ?? '3600s').replace('s', ''));
    const members = [account.email, `serviceAccount:${account.email}`];
    const json = {
      accessToken: await options.tokens.issue(account.email, members, request.scope ?? [], seconds),
      expireTime: new Date(Date.now() + seconds * 1000).toISOString(),
    };
    options.violations.push(...deviations(json, RESPONSE, 'generateAccessToken answer'));
    return { status: 200, json };
  };
}

/** Google's error format. @see https://cloud.google.com/apis/design/errors */
export function failure(code: number, status: string, message: string, reason?: string): Answer {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'iam.googleapis.com' };
  return { status: code, json: { error: { code, message, status, ...(reason ? { details: [info] } : {}) } } };
}

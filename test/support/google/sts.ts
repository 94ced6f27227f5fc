import type { JsonWebKey } from 'node:crypto';
import type { Call, Responder } from './https-front.ts';
import { deviations, publishedShape } from './published-shape.ts';
import type { Tokens } from './tokens.ts';
import { admit, ExchangeRefused, type Provider } from './workload-identity.ts';

const API = '@googleapis/sts';
const REQUEST = publishedShape(API, 'GoogleIdentityStsV1ExchangeTokenRequest');
const RESPONSE = publishedShape(API, 'GoogleIdentityStsV1ExchangeTokenResponse');

export interface StsOptions {
  provider: Provider;
  tokens: Tokens;
  keys(): Promise<JsonWebKey[]>;
  /** How long a federated identity's token lives, in seconds. */
  seconds(): number;
  violations: string[];
}

/** sts.googleapis.com: OAuth 2.0 token exchange. @see https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
export function sts(options: StsOptions): Responder {
  return async (call) => {
    if (call.method !== 'POST' || call.path !== '/v1/token') return undefined;
    try {
      return { status: 200, json: await exchange(call, options) };
    } catch (error) {
      if (!(error instanceof ExchangeRefused)) throw error;
      return { status: 400, json: { error: error.code, error_description: error.message } };
    }
  };
}

async function exchange(call: Call, options: StsOptions): Promise<object> {
  const request = requestOf(call);
  options.violations.push(...deviations(request, REQUEST, 'sts request'));
  const { provider, tokens } = options;
  if (request.grantType !== 'urn:ietf:params:oauth:grant-type:token-exchange') {
    throw new ExchangeRefused('unsupported_grant_type', 'Invalid grant type.');
  }
  if (request.audience !== `//iam.googleapis.com/${provider.name}`) {
    throw new ExchangeRefused(
      'invalid_target',
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or ' +
        "provider is disabled or deleted or because it doesn't exist.",
    );
  }
  const principal = admit(request.subjectToken ?? '', provider, await options.keys());
  const seconds = options.seconds();
  const answer = {
    access_token: await tokens.issue(
      principal.subject,
      [principal.subject, ...principal.sets],
      (request.scope ?? '').split(' '),
      seconds,
    ),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: seconds,
  };
  options.violations.push(...deviations(answer, RESPONSE, 'sts answer'));
  return answer;
}

/** JSON with the published names, or a form with OAuth's own (RFC 8693), which are the same in snake case. */
function requestOf(call: Call): Record<string, string> {
  if (call.headers['content-type']?.includes('json')) return JSON.parse(call.body);
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries([...new URLSearchParams(call.body)].map(([name, value]) => [camel(name), value]));
}

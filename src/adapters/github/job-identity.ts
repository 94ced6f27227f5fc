import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { EnvironmentError, messageOf } from '../../errors.ts';
import { isIssuer, issuerOf } from '../../event/issuer.ts';
import type { Identities, JobIdentity } from '../../ports.ts';

const TIMEOUT_MS = 10_000;
/** Seconds by which clocks may differ. */
const SKEW = 300;

const headerSchema = z.object({ alg: z.literal('RS256'), kid: z.string().max(200) });
const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  iat: z.number(),
  repository: z.string(),
  repository_id: z.string(),
  event_name: z.string(),
  ref: z.string(),
  sha: z.string(),
  workflow_ref: z.string(),
  workflow_sha: z.string(),
  job_workflow_ref: z.string().optional(),
  runner_environment: z.string(),
});
const keysSchema = z.object({ keys: z.array(z.unknown()).max(100) });
const rsaSchema = z.object({ kid: z.string(), kty: z.literal('RSA'), n: z.string(), e: z.string() });

/**
 * Signs by GitHub's OpenID tokens. The audience of a token is the signed text, so no other service accepts the token, and it
 * signs nothing else.
 * @param env ACTIONS_ID_TOKEN_REQUEST_URL and …_TOKEN, which a job with `id-token: write` has; GITHUB_SERVER_URL
 * @param mask hides the token of the request in the log
 */
export function jobIdentities(env: NodeJS.ProcessEnv, mask: (secret: string) => void, signal: AbortSignal): Identities {
  const issuer = issuerOf(env.GITHUB_SERVER_URL ?? 'https://github.com');
  let keys: Promise<Map<string, KeyObject>> | undefined;
  const readKeys = () => {
    keys ??= keysOf(issuer, signal);
    return keys;
  };
  return {
    get canSign() {
      return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
    },
    async sign(text) {
      const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = env;
      if (!address || !secret) return undefined;
      mask(secret);
      const url = new URL(address);
      url.searchParams.set('audience', text);
      const answer = await getJson(url.toString(), { authorization: `Bearer ${secret}` }, signal);
      return z.object({ value: z.string() }).parse(answer).value;
    },
    prepare() {
      // `signer` says why they cannot be read.
      readKeys().catch(() => undefined);
    },
    async signer(token, text) {
      const read = readToken(token);
      if (read === undefined) return { invalid: 'its signature is no token of GitHub' };
      const { header, claims, signed, signature } = read;
      if (!isIssuer(claims.iss, issuer)) return { invalid: `its signature is of ${claims.iss.slice(0, 100)}` };
      if (claims.aud !== text) return { invalid: 'its signature is of something else' };
      const known = await readKeys().catch((error: unknown) => messageOf(error));
      if (typeof known === 'string') return { invalid: `the keys of GitHub cannot be read: ${known}` };
      const key = known.get(header.kid);
      if (key === undefined) return { invalid: 'GitHub has replaced the key of its signature' };
      if (!verify('RSA-SHA256', Buffer.from(signed), key, signature)) return { invalid: 'its signature is forged' };
      if (claims.iat > Date.now() / 1_000 + SKEW) return { invalid: 'its signature is of the future' };
      return identityOf(claims);
    },
  };
}

interface ReadToken {
  header: z.infer<typeof headerSchema>;
  claims: z.infer<typeof claimsSchema>;
  signed: string;
  signature: Buffer;
}

function readToken(token: string): ReadToken | undefined {
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  if (more.length > 0) return undefined;
  try {
    const header = headerSchema.parse(JSON.parse(Buffer.from(head, 'base64url').toString('utf8')));
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return { header, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
  } catch {
    return undefined;
  }
}

function identityOf(claims: z.infer<typeof claimsSchema>): JobIdentity {
  return {
    repository: claims.repository,
    repositoryId: claims.repository_id,
    event: claims.event_name,
    ref: claims.ref,
    sha: claims.sha,
    workflow: claims.workflow_ref,
    workflowSha: claims.workflow_sha,
    jobWorkflow: claims.job_workflow_ref ?? claims.workflow_ref,
    hosted: claims.runner_environment === 'github-hosted',
  };
}

async function keysOf(issuer: string, signal: AbortSignal): Promise<Map<string, KeyObject>> {
  const { keys } = keysSchema.parse(await getJson(`${issuer}/.well-known/jwks`, {}, signal));
  return new Map(keys.flatMap(rsaKey));
}

/** A key by its id; none for a key of another kind. @see https://www.rfc-editor.org/rfc/rfc7517#section-5 */
function rsaKey(value: unknown): [string, KeyObject][] {
  const { data } = rsaSchema.safeParse(value);
  if (data === undefined) return [];
  const { kid, ...key } = data;
  try {
    return [[kid, createPublicKey({ key, format: 'jwk' })]];
  } catch {
    return [];
  }
}

async function getJson(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<unknown> {
  const { host } = new URL(url);
  try {
    const own = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(url, { headers, redirect: 'error', signal: own });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return await response.json();
  } catch (cause) {
    signal.throwIfAborted();
    throw new EnvironmentError(`GitHub's identity service ${host} did not answer: ${messageOf(cause)}`, {
      remedy: 'Run the job again. On a server of your own, check that the runner reaches it.',
      cause,
    });
  }
}

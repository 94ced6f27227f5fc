import { createPublicKey, createVerify, type JsonWebKey } from 'node:crypto';
import { evaluate } from '@marcbachmann/cel-js';
import { type Claims, ISSUER } from './github-oidc.ts';

/** A workload identity pool's provider, as `gcloud iam workload-identity-pools providers create-oidc` makes it. */
export interface Provider {
  /** projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER */
  name: string;
  /** google.subject, attribute.… → CEL over `assertion`. */
  mapping: Record<string, string>;
  /** CEL over `assertion` that must be true. */
  condition: string;
}

export interface Principal {
  /** principal://iam.googleapis.com/…/subject/… */
  subject: string;
  /** principalSet://iam.googleapis.com/…/attribute.NAME/VALUE: the groups that IAM bindings name. */
  sets: string[];
}

/** OAuth's error of a token exchange. */
export class ExchangeRefused extends Error {
  readonly code: string;
  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/**
 * Admits an identity token to the pool or refuses it, with Google's words: signature, issuer, audience, time, condition,
 * mapping. @see https://cloud.google.com/iam/docs/workload-identity-federation
 */
export function admit(jwt: string, provider: Provider, keys: (JsonWebKey & { kid?: string })[]): Principal {
  const claims = verified(jwt, keys);
  if (claims.iss !== ISSUER) {
    throw new ExchangeRefused(
      'invalid_grant',
      `The issuer in ID Token ${claims.iss} does not match the expected ones: ${ISSUER}/.`,
    );
  }
  const expected = [`https://iam.googleapis.com/${provider.name}`, `//iam.googleapis.com/${provider.name}`];
  if (!expected.includes(String(claims.aud))) {
    throw new ExchangeRefused(
      'invalid_grant',
      `The audience in ID Token [${claims.aud}] does not match the expected audience.`,
    );
  }
  const now = Date.now() / 1000;
  if (Number(claims.exp) < now)
    throw new ExchangeRefused('invalid_grant', `ID Token issued at ${claims.iat} is stale to sign-in.`);
  return principalFor(claims, provider);
}

/** Which principal a job's claims become; rejected where the attribute condition is not met. */
export function principalFor(claims: Claims, provider: Provider): Principal {
  if (!isMet(provider.condition, claims)) {
    throw new ExchangeRefused('unauthorized_client', 'The given credential is rejected by the attribute condition.');
  }
  const pool = `iam.googleapis.com/${provider.name.replace(/\/providers\/.*$/, '')}`;
  const mapped = Object.entries(provider.mapping).map(([name, expression]) => {
    const value = String(evaluate(expression, { assertion: claims }));
    if (name === 'google.subject' && Buffer.byteLength(value) > 127) {
      throw new ExchangeRefused(
        'invalid_grant',
        'The size of mapped attribute google.subject exceeds the 127 bytes limit.',
      );
    }
    return [name, value] as const;
  });
  const subject = mapped.find(([name]) => name === 'google.subject')?.[1];
  return {
    subject: `principal://${pool}/subject/${subject}`,
    sets: mapped.filter(([name]) => name !== 'google.subject').map(([n, v]) => `principalSet://${pool}/${n}/${v}`),
  };
}

/** A claim that is missing is an error in CEL: the credential is not accepted. */
function isMet(condition: string, claims: Claims): boolean {
  try {
    return evaluate(condition, { assertion: claims }) === true;
  } catch {
    return false;
  }
}

function verified(jwt: string, keys: (JsonWebKey & { kid?: string })[]): Claims {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const decode = (text: string): Claims => JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  const key = keys.find(({ kid }) => kid === decode(head).kid);
  const valid =
    key !== undefined &&
    createVerify('RSA-SHA256')
      .update(`${head}.${body}`)
      .verify(createPublicKey({ key, format: 'jwk' }), signature, 'base64url');
  if (!valid) throw new ExchangeRefused('invalid_grant', 'The ID Token signature is not valid.');
  return decode(body);
}

import { afterEach, describe, expect, it, vi } from 'vitest';
import { jobIdentities } from '../../../../src/adapters/github/job-identity.ts';
import { ISSUER } from '../../../../src/event/issuer.ts';
import { claimsOfJob, Identity } from '../../../support/github-double/identity.ts';

const KEYS = '/_services/token/.well-known/jwks';
const claims = claimsOfJob({
  ...{ repository: 'acme/parking', repositoryId: 7, event: 'push', ref: 'refs/heads/main', sha: 'a'.repeat(40) },
});

describe('the identity of a job of an enterprise with an issuer of its own', () => {
  const asked: string[] = [];
  afterEach(() => {
    asked.length = 0;
    vi.unstubAllGlobals();
  });
  const signer = async (issuer: Identity, keysOf = issuer) => {
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url);
      return Response.json(keysOf.answer(new URL(KEYS, ISSUER), undefined));
    });
    const { signer } = jobIdentities({}, () => undefined, new AbortController().signal);
    return signer(issuer.sign(claims, 'the text'), 'the text');
  };

  it('is proven by the keys of GitHub alone', async () => {
    const enterprise = new Identity('', `${ISSUER}/acme`);
    expect(await signer(enterprise)).toMatchObject({ repositoryId: '7', ref: 'refs/heads/main' });
    expect(asked).toEqual([`${ISSUER}/.well-known/jwks`]);
    const foreignKeys = await signer(enterprise, new Identity(''));
    expect(foreignKeys).toEqual({ invalid: 'GitHub has replaced the key of its signature' });
  });

  it('S3: is not that of another issuer, whose keys are never asked for', async () => {
    for (const issuer of [`${ISSUER}.mallory.example/acme`, 'https://mallory.example/acme', `${ISSUER}/a/../b`])
      expect(await signer(new Identity('', issuer))).toEqual({ invalid: `its signature is of ${issuer}` });
    expect(asked).toEqual([]);
  });
});

import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobIdentities } from '../../../src/adapters/github/job-identity.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import { claimsOfJob, Identity, identityEnv } from '../../support/github-double/identity.ts';

describe('the identity of a job, with a double of GitHub’s issuer', () => {
  let github: GitHubDouble;
  beforeAll(async () => {
    github = await startGitHubDouble();
  });
  afterAll(() => github.close());

  const sha = 'a'.repeat(40);
  const claims = claimsOfJob({
    repository: 'acme/parking',
    repositoryId: 7,
    event: 'push',
    ref: 'refs/heads/main',
    sha,
  });
  const masked: string[] = [];
  const identities = (env: NodeJS.ProcessEnv = {}) =>
    jobIdentities(
      { GITHUB_SERVER_URL: github.url, ...env },
      (secret) => masked.push(secret),
      new AbortController().signal,
    );
  const token = () => identities(identityEnv(github.url, claims)).sign('the text');

  it('signs a text, and tells who signed it', async () => {
    const signed = (await token()) ?? '';
    expect(await identities().signer(signed, 'the text')).toEqual({
      ...{ repository: 'acme/parking', repositoryId: '7', event: 'push', ref: 'refs/heads/main', sha },
      ...{ workflow: 'acme/parking/.github/workflows/slipway.yml@refs/heads/main', workflowSha: sha },
      ...{ jobWorkflow: 'acme/parking/.github/workflows/slipway.yml@refs/heads/main', hosted: true },
    });
    expect(masked).toContain(identityEnv(github.url, claims).ACTIONS_ID_TOKEN_REQUEST_TOKEN);
  });

  it('signs nothing without the permission', async () => {
    expect(await identities().sign('the text')).toBeUndefined();
  });

  it('S3: believes no other text, no changed claim, no other issuer and no other key', async () => {
    const signed = (await token()) ?? '';
    const [head = '', body = '', signature = ''] = signed.split('.');
    const changed = Buffer.from(
      Buffer.from(body, 'base64url').toString('utf8').replace('refs/heads/main', 'refs/heads/evil'),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none","kid":"x"}').toString('base64url');
    const invalid = async (one: string, text = 'the text') => identities().signer(one, text);
    expect(await invalid(signed, 'another text')).toEqual({ invalid: 'its signature is of something else' });
    expect(await invalid(`${head}.${changed}.${signature}`)).toEqual({ invalid: 'its signature is forged' });
    expect(await invalid(`${none}.${body}.`)).toEqual({ invalid: 'its signature is no token of GitHub' });
    expect(await invalid('')).toEqual({ invalid: 'its signature is no token of GitHub' });
    const elsewhere = new Identity('https://mallory.example').sign(claims, 'the text');
    expect(await invalid(elsewhere)).toMatchObject({ invalid: expect.stringContaining('mallory.example') });
    const otherKey = new Identity(github.url).sign(claims, 'the text');
    expect(await invalid(otherKey)).toEqual({ invalid: 'GitHub has replaced the key of its signature' });
  });

  it('S3: believes no signature by another algorithm with the public key, and none of the future', async () => {
    await served([], async (url, issuer) => {
      const { keys } = issuer.answer(new URL('/_services/token/.well-known/jwks', url), undefined) as Keys;
      const [, body = ''] = issuer.sign(claims, 'the text').split('.');
      const head = Buffer.from(JSON.stringify({ alg: 'HS256', kid: keys[0]?.kid })).toString('base64url');
      const confused = createHmac('sha256', JSON.stringify(keys[0])).update(`${head}.${body}`).digest('base64url');
      const at = (token: string) => identities({ GITHUB_SERVER_URL: url }).signer(token, 'the text');
      expect(await at(`${head}.${body}.${confused}`)).toEqual({ invalid: 'its signature is no token of GitHub' });
      expect(await at(issuer.sign(claims, 'the text', 3_600))).toEqual({ invalid: 'its signature is of the future' });
    });
  });

  it('ignores keys of other kinds, which GitHub may add, and a key that is broken', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const strange: Keys['keys'] = [
      { ...other, kid: 'ec' },
      { kty: 'RSA', kid: 'broken', n: '', e: '' },
      { kty: 'OKP' },
    ];
    await served(strange, async (url, issuer) => {
      const signed = issuer.sign(claims, 'the text');
      expect(await identities({ GITHUB_SERVER_URL: url }).signer(signed, 'the text')).toMatchObject({
        repositoryId: '7',
      });
    });
  });
});

interface Keys {
  keys: Record<string, unknown>[];
}

/** A server of GitHub with these keys and those of its issuer. */
async function served(keys: Keys['keys'], work: (url: string, issuer: Identity) => Promise<void>): Promise<void> {
  let issuer: Identity | undefined;
  const server = createServer((request, response) => {
    const own = issuer?.answer(new URL(request.url ?? '', 'http://github'), undefined) as Keys | undefined;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [...keys, ...(own?.keys ?? [])] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    issuer = new Identity(url);
    await work(url, issuer);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

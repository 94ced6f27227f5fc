import { describe, expect, it } from 'vitest';
import { takeReadLogin } from '../../../src/entry/read-login.ts';
import { Inputs } from '../../../src/inputs/read.ts';

/** The login for each host, and what of it a program that Slipway starts would inherit. */
function taken(given: Record<string, string>) {
  const env: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, value]),
  );
  const masked: string[] = [];
  const log = { mask: (secret: string) => masked.push(secret) };
  const loginFor = takeReadLogin({ inputs: new Inputs(env), env, log } as unknown as Parameters<
    typeof takeReadLogin
  >[0]);
  return { loginFor, env, masked };
}

const OF_GITHUB = { registry: 'ghcr.io', 'registry-user': 'mona', 'registry-password': 's3cret' };
const OF_GOOGLE = { 'registry-user': 'oauth2accesstoken', 'registry-password': 'ya29.token' };

describe('SEC-32: the login that reads images', () => {
  it('is for the hosts that the workflow names, whatever slipway.yml names', () => {
    const { loginFor } = taken({ ...OF_GITHUB, registry: 'ghcr.io, registry.acme.dev:5000' });
    const login = { kind: 'password', username: 'mona', password: 's3cret' };
    expect(['ghcr.io', 'registry.acme.dev:5000'].map(loginFor)).toEqual([login, login]);
    for (const other of ['evil.example', 'registry.acme.dev', 'x.ghcr.io', 'ghcr.io.evil.example']) {
      expect(loginFor(other), other).toBeUndefined();
    }
  });

  it("is for Google's registries alone where it is an access token of Google", () => {
    const { loginFor } = taken(OF_GOOGLE);
    const login = { kind: 'password', username: 'oauth2accesstoken', password: 'ya29.token' };
    expect(['europe-west1-docker.pkg.dev', 'eu.gcr.io'].map(loginFor)).toEqual([login, login]);
    for (const other of ['ghcr.io', 'pkg.dev.evil.example', 'docker.io'])
      expect(loginFor(other), other).toBeUndefined();
  });

  it('is masked, and in no environment that a program inherits', () => {
    const { env, masked } = taken(OF_GITHUB);
    expect(JSON.stringify(env)).not.toContain('s3cret');
    expect(masked).toEqual(['s3cret', Buffer.from('mona:s3cret').toString('base64')]);
  });

  it('is none without a password, as where a workflow serves a registry that needs none', () => {
    const { loginFor, masked } = taken({ 'registry-user': 'oauth2accesstoken' });
    expect([loginFor('europe-west1-docker.pkg.dev'), masked]).toEqual([undefined, []]);
  });

  it.each([
    [{ registry: 'ghcr.io', 'registry-password': 'x' }, '`registry-password` is given without `registry-user`'],
    [{ 'registry-user': 'mona', 'registry-password': 'x' }, '`registry-password` is given without `registry`'],
  ])('%j is refused', (given, message) => {
    expect(() => taken(given as Record<string, string>)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { expiryOf, isFor, readPullSecret } from '../../../../src/objects/pull-secrets/logins.ts';
import type { KubeObject } from '../../../../src/ports.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (config: unknown, type = 'kubernetes.io/dockerconfigjson', key = '.dockerconfigjson'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'registry', namespace: 'parking' },
  type,
  data: { [key]: base64(typeof config === 'string' ? config : JSON.stringify(config)) },
});

describe('readPullSecret', () => {
  it.each([
    ['user and password', { 'ghcr.io': { username: 'mona', password: 'ghp_1' } }],
    ['auth', { 'ghcr.io': { auth: base64('mona:ghp_1') } }],
    ['auth over user and password', { 'ghcr.io': { username: 'x', password: 'y', auth: base64('mona:ghp_1') } }],
  ])('reads %s, as the kubelet does', (_title, auths) => {
    expect(readPullSecret(secret({ auths }))).toEqual({
      logins: [{ registry: 'ghcr.io', user: 'mona', password: 'ghp_1' }],
    });
  });

  it('reads the legacy type, and stringData of a Secret of the manifests', () => {
    const entry = { 'ghcr.io': { auth: base64('mona:a:b') } };
    const logins = [{ registry: 'ghcr.io', user: 'mona', password: 'a:b' }];
    expect(readPullSecret(secret(entry, 'kubernetes.io/dockercfg', '.dockercfg'))).toEqual({ logins });
    const { data: _, ...plain } = secret({});
    const stringData = { '.dockerconfigjson': JSON.stringify({ auths: entry }) };
    expect(readPullSecret({ ...plain, stringData } as KubeObject)).toEqual({ logins });
  });

  it.each([
    ['is of type Opaque, not kubernetes.io/dockerconfigjson', secret({}, 'Opaque')],
    ['has no Docker configuration in .dockerconfigjson', secret('not json')],
    ['has no Docker configuration in .dockerconfigjson', secret({}, 'kubernetes.io/dockerconfigjson', 'config.json')],
    ['holds no login', secret({ auths: {} })],
    ['holds no login', secret({ auths: { 'ghcr.io': { auth: base64('mona') } } })],
    [
      'holds no login: the machine on which it was made keeps its logins in a credential store',
      secret({ auths: { 'ghcr.io': {} }, credsStore: 'desktop' }),
    ],
  ])('refuses a Secret that %s', (problem, given) => {
    expect(readPullSecret(given)).toEqual({ problem });
  });
});

describe('isFor', () => {
  it.each([
    ['ghcr.io', 'ghcr.io/acme/parking', true],
    ['https://ghcr.io', 'ghcr.io/acme/parking', true],
    ['ghcr.io/acme', 'ghcr.io/acme/parking', true],
    ['ghcr.io/other', 'ghcr.io/acme/parking', false],
    ['https://index.docker.io/v1/', 'acme/parking', true],
    ['docker.io', 'docker.io/acme/parking', true],
    ['*.azurecr.io', 'acme.azurecr.io/parking', true],
    ['localhost:5000', 'localhost:5001/parking', false],
    ['docker.pkg.github.com', 'ghcr.io/acme/parking', false],
  ])('%s for %s: %s', (registry, image, answer) => {
    expect(isFor({ registry }, image)).toBe(answer);
  });
});

describe('expiryOf', () => {
  const of = (user: string, password: string) => expiryOf({ registry: 'r.example', user, password });
  it('knows the token of a job, and passwords that last for hours', () => {
    expect(of('mona', 'ghs_abc')?.kind).toBe('job');
    expect(of('oauth2accesstoken', 'x')?.words).toContain('expires 1 h after');
    expect(of('x', 'ya29.abc')?.words).toContain('expires 1 h after');
    expect(of('00000000-0000-0000-0000-000000000000', 'x')?.words).toContain('expires 3 h after');
    expect(of('AWS', 'x')?.words).toContain('expires 12 h after');
    expect(of('mona', 'ghp_abc')).toBeUndefined();
    expect(of('_json_key', '{}')).toBeUndefined();
  });
});

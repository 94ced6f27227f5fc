import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLogins } from '../../../../src/adapters/docker/docker-config.ts';
import { dockerLogin } from '../../../../src/adapters/docker/login.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-login-'));
  env = { DOCKER_CONFIG: folder, RUNNER_TEMP: folder, PATH: `${folder}:${process.env.PATH}` };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (value: unknown) => writeFileSync(join(folder, 'config.json'), JSON.stringify(value));
const auth = Buffer.from('me:pass:word').toString('base64');
const mine = { kind: 'password', username: 'me', password: 'pass:word' };

/** A real credential helper: it speaks docker's protocol. */
function helper(name: string, answer: object, exit = 0): void {
  const file = join(folder, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\ncat > '${folder}/asked-${name}'\necho '${JSON.stringify(answer)}'\nexit ${exit}\n`);
  chmodSync(file, 0o755);
}

describe('docker’s own logins', () => {
  it.each(['ghcr.io', 'https://ghcr.io', 'https://ghcr.io/v2/'])('of config.json under %s', async (server) => {
    config({ auths: { [server]: { auth } } });
    expect(await dockerLogin('ghcr.io', env)).toEqual(mine);
    expect(await dockerLogin('other.io', env)).toBeUndefined();
  });

  it('of Docker Hub, under the address of its old index', async () => {
    config({ auths: { 'https://index.docker.io/v1/': { auth } } });
    expect(await dockerLogin('docker.io', env)).toEqual(mine);
  });

  it('with an identity token', async () => {
    config({ auths: { 'x.azurecr.io': { auth, identitytoken: 't' } } });
    expect(await dockerLogin('x.azurecr.io', env)).toEqual({ kind: 'identity-token', token: 't' });
  });

  it('from a helper of the host, then from the store, then from auths', async () => {
    helper('one', { Username: 'a', Secret: 'b' });
    helper('store', { Username: '<token>', Secret: 'c' });
    config({ credHelpers: { 'x.io': 'one' }, credsStore: 'store', auths: { 'y.io': { auth } } });
    expect(await dockerLogin('x.io', env)).toEqual({ kind: 'password', username: 'a', password: 'b' });
    expect(readFileSync(join(folder, 'asked-one'), 'utf8')).toBe('x.io');
    expect(await dockerLogin('z.io', env)).toEqual({ kind: 'identity-token', token: 'c' });
    helper('store', {}, 1);
    expect(await dockerLogin('y.io', env)).toEqual(mine);
  });

  it('are none without a configuration; a broken one is said', async () => {
    expect(await dockerLogin('ghcr.io', env)).toBeUndefined();
    writeFileSync(join(folder, 'config.json'), '{');
    await expect(dockerLogin('ghcr.io', env)).rejects.toThrow('config.json is not JSON');
    config({ credHelpers: { 'x.io': 'nosuch' } });
    await expect(dockerLogin('x.io', env)).rejects.toThrow('docker-credential-nosuch');
    config({ credHelpers: { 'x.io': '../../bin/sh' } });
    expect(await dockerLogin('x.io', env)).toBeUndefined();
  });
});

describe('a login that is lent to docker', () => {
  it('is in a folder that only we can read, beside the user’s own, and is gone afterwards', async () => {
    config({ auths: { 'y.io': { auth } }, credsStore: 'store', credHelpers: { 'x.io': 'one', 'z.io': 'two' } });
    const login = { kind: 'password', username: 'oauth2accesstoken', password: 'ya29.x' } as const;
    const used = await withLogins(new Map([['x.io', login]]), env, async ({ DOCKER_CONFIG = '' }) => {
      const file = join(DOCKER_CONFIG, 'config.json');
      expect(statSync(file).mode & 0o077).toBe(0);
      expect(statSync(DOCKER_CONFIG).mode & 0o077).toBe(0);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
        auths: { 'y.io': { auth }, 'x.io': { auth: Buffer.from('oauth2accesstoken:ya29.x').toString('base64') } },
        credsStore: 'store',
        credHelpers: { 'x.io': '', 'z.io': 'two' },
      });
      expect(await dockerLogin('x.io', { ...env, DOCKER_CONFIG })).toEqual(login);
      return DOCKER_CONFIG;
    });
    expect(() => statSync(used)).toThrow('ENOENT');
  });

  it('is gone also when docker fails; without one docker uses the user’s configuration', async () => {
    const login = { kind: 'identity-token', token: 't' } as const;
    const fail = () => Promise.reject(new Error('no'));
    await expect(withLogins(new Map([['x.io', login]]), env, fail)).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
    expect(await withLogins(new Map(), env, async (own) => own)).toEqual({});
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secrets } from '../../../../src/adapters/actions/secrets.ts';
import { reviewLogin } from '../../../../src/entry/review-login.ts';
import { authorizationOf, credentialsOf, loginOf } from '../../../../src/objects/ingress/login.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { configOf } from '../../../support/unit/review.ts';

const PASSWORD = 'correct horse: battery';
const CREDENTIALS = { user: 'team', password: PASSWORD };

describe('the login of visitors', () => {
  it('is a name and a password, which may have colons in it', () => {
    expect(credentialsOf(`team:${PASSWORD}`, 'LOGIN')).toEqual(CREDENTIALS);
    expect(authorizationOf(CREDENTIALS)).toBe(`Basic ${Buffer.from(`team:${PASSWORD}`).toString('base64')}`);
  });

  it.each([
    undefined,
    '',
    'only-a-long-password-here',
    ':no-name-but-a-password',
    'team:tiny-pw',
    'a\nb:long-enough-password',
  ])('%j is refused, without a word of it', (text) => {
    let message = '';
    try {
      credentialsOf(text, 'LOGIN');
    } catch (error) {
      message = JSON.stringify(error) + String(error);
    }
    expect(message).toContain('LOGIN');
    for (const part of (text ?? '').split(':')) if (part.length > 4) expect(message).not.toContain(part);
  });

  it('is compared by hashes, which are the same in each deploy', () => {
    const login = loginOf(CREDENTIALS, 'parking-pr-7');
    expect(login).toEqual(loginOf(CREDENTIALS, 'parking-pr-7'));
    expect(login.htpasswd).not.toBe(loginOf(CREDENTIALS, 'parking-pr-8').htpasswd);
    expect(login.sha256).toBe(createHash('sha256').update(authorizationOf(CREDENTIALS)).digest('hex'));
    const raw = Buffer.from(login.htpasswd.replace('team:{SSHA}', ''), 'base64');
    const digest = createHash('sha1').update(PASSWORD).update(raw.subarray(20)).digest();
    expect(raw.subarray(0, 20)).toEqual(digest);
  });

  it('G7: is masked, in all forms, before anything is done with it; and asked for only where it is needed', () => {
    const secrets = new Secrets();
    const log = { ...memoryLog(), mask: (secret: string) => void secrets.add(secret) };
    const config = configOf('review: { access: { basicAuth: LOGIN } }\ningress: { kind: nginx }');
    const env = { LOGIN: `team:${PASSWORD}` };
    expect(reviewLogin(config, { operation: 'up', number: 7 }, { variables: { read: () => env.LOGIN }, log })).toEqual(
      CREDENTIALS,
    );
    for (const form of [env.LOGIN, PASSWORD, authorizationOf(CREDENTIALS), authorizationOf(CREDENTIALS).slice(6)]) {
      expect(secrets.redact(`<${form}>`)).toBe('<***>');
    }
    expect(
      reviewLogin(config, { operation: 'down', number: 7 }, { variables: { read: () => undefined }, log }),
    ).toBeUndefined();
    expect(() =>
      reviewLogin(config, { operation: 'up', number: 7 }, { variables: { read: () => undefined }, log }),
    ).toThrow(/LOGIN is not set/);
  });
});

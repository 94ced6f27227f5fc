import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { refuseSecretArgs } from '../../../src/plan/images/refuse-secret-args.ts';
import { secretLike } from '../../../src/text/secret-like.ts';

// Put together here, so that no scanner takes a test for a leak.
const fake = (prefix: string, length: number) => prefix + 'a1B2'.repeat(length / 4);

describe('S4: build arguments that look like secrets', () => {
  it.each([
    'DB_PASSWORD',
    'NPM_TOKEN',
    'npmToken',
    'API_KEY',
    'aws_secret_access_key',
    'CLIENT_SECRET',
    'pwd',
    'SSH_KEY',
  ])('%s is refused by its name', (name) => expect(secretLike(name, 'x')).toBe('its name says so'));

  it.each([
    ['a GitHub token', fake('ghp_', 36)],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nx'],
    ['a URL with a password', 'postgres://app:hunter2@db/x'],
    ['a Google access token', fake('ya29.', 40)],
    ['an AWS access key', `AKIA${'ABCD'.repeat(4)}`],
    ['a JSON web token', `${fake('eyJ', 20)}.${fake('eyJ', 20)}.${fake('x', 20)}`],
  ])('%s is refused by its value', (what, value) => expect(secretLike('VERSION', value)).toBe(`its value is ${what}`));

  it.each([
    ['REDIS_URL', 'redis://:hunter2@redis:6379'],
    ['PGPASSWORD', 'hunter2'],
    ['dbpassword', 'hunter2'],
    ['DB_PASS', 'hunter2'],
    ['SMTP_PASS', 'hunter2'],
    ['MYSQL_PWD', 'hunter2'],
    ['JWT_KEY', 'hunter2'],
    ['NPM_CONFIG__AUTH', 'abc'],
    ['SECRET_ID', 'c0ffee'],
    ['SENTRY_DSN', 'x'],
    ['AZURE_STORAGE_CONNECTION_STRING', 'x'],
    ['STORAGE', 'AccountName=x;AccountKey=abc=='],
    ['DATABASE_URL', 'postgresql://db/app?user=a&password=hunter2'],
    ['DATABASE_URL', 'jdbc:mysql://app:hunter2@db/x'],
    ['STRIPE_KEY', fake('sk_live_', 24)],
    ['MAIL', `${fake('SG.', 24)}.${fake('x', 44)}`],
    ['MAPS', `AIza${fake('Sy', 32)}a`],
    ['HEADER', 'Bearer abcdefghijkl'],
    ['VAULT', fake('hvs.', 24)],
    ['HOOK', `https://hooks.slack.com/services/${'T0'.repeat(4)}/B1/x`],
  ])('SEC-11: %s=%s looks like a secret', (name, value) => expect(secretLike(name, value)).toBeDefined());

  it.each([
    ['DATABASE_URL', 'postgres://$(PGUSER):$(PGPASSWORD)@db/app'],
    ['DATABASE_URL', 'postgres://db.example:5432/app?sslmode=require'],
    ['BYPASS', 'on'],
    ['AUTHOR', 'mona'],
    ['CACHE_KEY', 'linux-x64-3f2a91'],
    ['SECRETARIAT', 'x'],
    ['REPOSITORY', 'git@github.com:acme/parking'],
  ])('SEC-11: %s=%s does not', (name, value) => expect(secretLike(name, value)).toBeUndefined());

  it.each([
    'VERSION',
    'TOKENIZER',
    'PASSENGERS',
    'KEYBOARD',
    'PUBLIC_KEY',
    'TOKEN_URL',
    'SECRET_NAME',
    'MONKEY',
    'COMPASS',
  ])('%s is taken', (name) => expect(secretLike(name, 'https://example.com/a:b')).toBeUndefined());

  it('takes a secret-looking name without a value: it turns something off', () => {
    expect(secretLike('NPM_TOKEN', '')).toBeUndefined();
  });

  it('names the argument and never its value', () => {
    const value = fake('ghp_', 36);
    const refusal = (): void => refuseSecretArgs({ GO: '1.25', NPM: value });
    expect(refusal).toThrow(UserError);
    expect(refusal).toThrow(/build argument NPM looks like a secret \(its value is a GitHub token\)/);
    expect(refusal).not.toThrow(value);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIDDEN, hideInText, hideVariable } from '../../../src/text/hide-secrets.ts';

describe('values in comments and issues', () => {
  it.each([
    ['REDIS_URL', 'redis://:hunter2@redis:6379'],
    ['MYSQL_ROOT', 'hunter2'],
    ['STRIPE', 'aB3xY9'],
    ['GREETING', 'correct horse battery staple'],
    ['LOG_LEVEL', 'https://u:p@h/x'],
    ['ENVIRONMENT', 'x'.repeat(100)],
  ])('SEC-10: the variable %s is hidden', (name, value) => expect(hideVariable(name, value)).toBe(HIDDEN));

  it.each([
    ['LOG_LEVEL', 'debug'],
    ['RAILS_ENV', 'production'],
    ['DEBUG', 'false'],
    ['WEB_CONCURRENCY', '4'],
    ['TIMEOUT', '30s'],
    ['PUBLIC', 'https://parking.example/app'],
    ['DB_HOST', 'sql.example.com'],
    ['DATA_DIR', '/var/lib/app'],
    ['TZ', 'Europe/Berlin'],
    ['EMPTY', ''],
  ])('SEC-10: the variable %s=%s is a setting', (name, value) => expect(hideVariable(name, value)).toBe(value));

  it.each([
    ['db.user=app\ndb.password=hunter2\nlevel=info', 'db.user=app\ndb.password=***\nlevel=info'],
    ['user: app\npassword: "hunter 2"\n', 'user: app\npassword: ***\n'],
    ['{"user":"app","apiToken":"hunter2"}', '{"user":"app","apiToken":***}'],
    ['--user=app --password=hunter2', '--user=app --password=***'],
    ['a\nurl = postgres://u:hunter2@db\nb', 'a\n***\nb'],
  ])('SEC-10: of %j, the other lines are shown', (text, shown) => expect(hideInText('app.conf', text)).toBe(shown));

  it('SEC-10: a text under the name of a secret is hidden as a whole', () => {
    expect(hideInText('password', 'a\nb\nc\nd')).toBe(HIDDEN);
  });

  it('SEC-10: whatever stands around it, an assigned password is gone', () => {
    const around = fc.string({ unit: fc.constantFrom(...'ab =:"\'\n,;{}-._'), maxLength: 30 });
    fc.assert(
      fc.property(around, around, (before, after) => {
        const text = hideInText('file', `${before}\nDB_PASSWORD=hunter2hunter2\n${after}`);
        expect(text).not.toContain('hunter2');
      }),
    );
  });
});

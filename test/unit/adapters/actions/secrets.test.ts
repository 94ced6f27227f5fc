import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secrets } from '../../../../src/adapters/actions/secrets.ts';

describe('secrets (G7)', () => {
  it('are hidden whole, by line, in base64, as part of an address and inside of JSON', () => {
    const key = '-----BEGIN KEY-----\nab/cd+ef gh"ij\n-----END KEY-----';
    const secrets = new Secrets();
    secrets.add(key);
    const forms = [
      key,
      'ab/cd+ef gh"ij',
      Buffer.from(key).toString('base64'),
      Buffer.from(key).toString('base64url'),
      encodeURIComponent(key),
      JSON.stringify(key).slice(1, -1),
    ];
    for (const form of forms) expect(secrets.redact(`before ${form} after`)).toBe('before *** after');
  });

  it('are hidden in any text', () => {
    const secret = fc.string({ minLength: 4 }).filter((text) => text.trim().length > 3 && !text.includes('*'));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
        const secrets = new Secrets();
        secrets.add(hidden);
        expect(secrets.redact(`${before}${hidden}${after}`)).not.toContain(hidden);
      }),
    );
  });

  it('that contain one another are hidden as a whole', () => {
    const secrets = new Secrets();
    secrets.add('token');
    secrets.add('token-and-more');
    expect(secrets.redact('a token-and-more b token')).toBe('a *** b ***');
  });

  it('do not make texts unreadable: what is as short as a bracket is not masked', () => {
    const secrets = new Secrets();
    expect(secrets.add('{\n"k": "a long value"\n}')).not.toContain('}');
    expect(secrets.redact('{ } fine')).toBe('{ } fine');
  });

  it('X-2: are hidden where a text is cut in the middle of one', () => {
    const secrets = new Secrets();
    secrets.add('correct-horse-battery');
    expect(secrets.redact('it is correct-horse-b… (cut: 9000 characters)')).toBe('it is ***… (cut: 9000 characters)');
    expect(secrets.redact('that is corr… ect, correct-horse-battery … and more')).toBe(
      'that is corr… ect, *** … and more',
    );
  });

  it('are registered once', () => {
    const secrets = new Secrets();
    expect(secrets.add('hunter2hunter2').length).toBeGreaterThan(0);
    expect(secrets.add('hunter2hunter2')).toEqual([]);
  });
});

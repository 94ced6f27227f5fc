import { describe, expect, it } from 'vitest';
import { secretEnvObject } from '../../../src/objects/secret-env/secret-env.ts';
import { maskSecret } from '../../../src/stages/mask-secrets.ts';

function masked(values: Record<string, string>, field: 'data' | 'stringData' = 'data', plain = ''): string[] {
  const seen: string[] = [];
  const encoded = Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  const content = field === 'data' ? Object.fromEntries(encoded) : values;
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app' }, [field]: content };
  maskSecret(secret, { mask: (value) => void seen.push(value) }, plain);
  return seen;
}

describe('what is masked of a Secret', () => {
  it('is a URL with a password, and the password, as it stands there and as it is', () => {
    const url = 'postgresql://parking:s3cret%2Fword@sql:5432/parking';
    expect(masked({ DATABASE_URL: url })).toEqual([url, 's3cret%2Fword', 's3cret/word']);
    expect(masked({ WHATEVER: url }, 'stringData')).toContain(url);
  });

  it.each([
    ['data', null],
    ['stringData', null],
    ['data', { DB_PASSWORD: null }],
    ['stringData', { DB_PASSWORD: null }],
    ['data', { DB_PASSWORD: 587 }],
    ['data', []],
  ])('hb-26: is nothing where %s is %j, as a chart without values renders it', (field, content) => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app' }, [field]: content };
    maskSecret(secret, { mask: (value) => expect.fail(value) });
  });

  it('SEC-28: is every value of secretEnv, whatever its name and its form are', () => {
    const seen: string[] = [];
    const secret = secretEnvObject({ name: 'slipway-env', namespace: 'a', labels: {} }, { ACCOUNT: 'blue1', NONE: '' });
    maskSecret(secret, { mask: (value) => void seen.push(value) });
    expect(seen).toEqual(['blue1']);
  });

  it('is what its name says', () => {
    const secret = 'hunter2hunter2';
    for (const name of ['POSTGRES_PASSWORD', 'API_TOKEN', 'secret', 'STRIPE_KEY', 'SENTRY_DSN'])
      expect(masked({ [name]: secret })).toEqual([secret]);
  });

  it('is not what people have to read: addresses, names, numbers', () => {
    expect(
      masked({ APP_URL: 'https://staging.parking.example/', DB_HOST: 'sql.example.com', DB_PORT: '5432' }),
    ).toEqual([]);
    expect(masked({ TOKEN: 'on', KEY: '' })).toEqual([]);
    const plain = JSON.stringify({ rules: [{ host: 'staging.parking.example' }] });
    expect(masked({ TOKEN_ISSUER: 'staging.parking.example' }, 'data', plain)).toEqual([]);
    expect(masked({ TOKEN_ISSUER: 'staging.parking.example' })).toHaveLength(1);
    expect(masked({ BAD: 'postgresql://u:%ZZ12345678@h/x' })).toContain('%ZZ12345678');
  });
});

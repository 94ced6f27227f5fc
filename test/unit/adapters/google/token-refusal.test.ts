import { describe, expect, it } from 'vitest';
import { shownClaims } from '../../../../src/adapters/google/claims.ts';
import { tokenRefusalOf } from '../../../../src/adapters/google/token-refusal.ts';

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('tokenRefusalOf', () => {
  it('reads an OAuth error', () => {
    const error = Object.assign(new Error('Error code invalid_grant'), {
      config: { url: new URL('https://sts.googleapis.com/v1/token?x=secret') },
      response: { status: 400, data: { error: 'invalid_grant', error_description: 'stale' } },
    });
    expect(tokenRefusalOf(error)).toEqual({
      url: 'https://sts.googleapis.com/v1/token',
      status: 400,
      code: 'invalid_grant',
      message: 'stale',
      reason: undefined,
    });
  });

  it("reads Google's error format, announced as JSON or not", () => {
    const body = {
      error: {
        code: 403,
        status: 'PERMISSION_DENIED',
        message: 'API disabled',
        details: [{ '@type': 'x' }, { reason: 'SERVICE_DISABLED' }],
      },
    };
    for (const data of [body, JSON.stringify(body)]) {
      const error = Object.assign(new Error('Error code [object Object]'), { response: { status: 403, data } });
      expect(tokenRefusalOf(error)).toMatchObject({
        code: 'PERMISSION_DENIED',
        message: 'API disabled',
        reason: 'SERVICE_DISABLED',
      });
    }
  });

  it('keeps the words of an error that no server sent, made harmless', () => {
    expect(tokenRefusalOf(new Error('::error::connect ECONNREFUSED'))).toMatchObject({
      status: undefined,
      url: undefined,
    });
    expect(tokenRefusalOf(new Error('broken\n::error::x')).message).toBe('broken :\u200b:error::x');
    expect(tokenRefusalOf('text').message).toBe('text');
    expect(
      tokenRefusalOf(Object.assign(new Error('html'), { response: { status: 502, data: '<html>' } })).message,
    ).toBe('html');
  });
});

describe('shownClaims', () => {
  it('shows what decides, and nothing else', () => {
    const claims = { sub: 'repo:a/b:pull_request', actor_id: '1', jti: 'x', repository_id: '7', exp: 1 };
    expect(shownClaims(jwt(claims))).toEqual(['sub: repo:a/b:pull_request', 'repository_id: 7']);
  });

  it.each(['', 'opaque', 'a.b.c', jwt([]), 'e30.bnVsbA.x'])('has nothing to show for %j', (text) => {
    expect(shownClaims(text)).toEqual([]);
  });
});

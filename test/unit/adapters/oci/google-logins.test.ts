import { describe, expect, it } from 'vitest';
import { googleHostsIn, googleLogins } from '../../../../src/adapters/oci/google-logins.ts';

const DOCKERFILE = `ARG BASE=eu.gcr.io/acme/base:1
FROM europe-west1-docker.pkg.dev/acme/apps/python:3.12 AS build
COPY --from=ghcr.io/acme/tools:1 /x /x
RUN curl https://europe-west1-docker.pkg.dev.example.com/x
`;
const WIF = { GOOGLE_APPLICATION_CREDENTIALS: '/tmp/gha-creds-1.json' };

describe('logins for base images', () => {
  it('are for the registries of Google that a Dockerfile names', () => {
    expect(googleHostsIn(DOCKERFILE)).toEqual(['eu.gcr.io', 'europe-west1-docker.pkg.dev']);
    expect(googleHostsIn('type=registry,ref=us-docker.pkg.dev/a/b/c:cache')).toEqual(['us-docker.pkg.dev']);
    expect(googleHostsIn('postgres:17')).toEqual([]);
  });

  it('are masked before docker gets them', async () => {
    const masked: string[] = [];
    const log = { mask: (secret: string) => masked.push(secret), debug: () => undefined };
    const logins = await googleLogins(WIF, log, async () => 'ya29.token')('gcr.io/acme/x');
    expect([...logins]).toEqual([
      ['gcr.io', { kind: 'password', username: 'oauth2accesstoken', password: 'ya29.token' }],
    ]);
    expect(masked).toEqual(['ya29.token']);
  });

  it('are none without credentials, without need, or when Google refuses: public images need none', async () => {
    const log = { mask: () => undefined, debug: () => undefined };
    const refused = () => Promise.reject(new Error('refused'));
    expect(await googleLogins({}, log, refused)('gcr.io/distroless/static')).toEqual(new Map());
    expect(await googleLogins(WIF, log, refused)('postgres:17')).toEqual(new Map());
    expect(await googleLogins(WIF, log, refused)('gcr.io/distroless/static')).toEqual(new Map());
  });
});

import { expect, it } from 'vitest';
import { readChallenge } from '../../../../src/adapters/oci/challenge.ts';

it.each([
  [
    'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull"',
    { scheme: 'bearer', realm: 'https://ghcr.io/token', service: 'ghcr.io', scope: 'repository:a/b:pull' },
  ],
  [
    'bearer realm="https://x/t?a=b,c", scope="repository:a/b:pull,push" , service=plain',
    { scheme: 'bearer', realm: 'https://x/t?a=b,c', service: 'plain', scope: 'repository:a/b:pull,push' },
  ],
  ['Basic realm="Registry"', { scheme: 'basic' }],
  ['Negotiate, Bearer realm="https://x"', { scheme: 'bearer', realm: 'https://x', service: '', scope: '' }],
  ['Bearer service="x"', undefined],
  ['Digest realm="x"', undefined],
  [null, undefined],
])('reads %j', (header, challenge) => expect(readChallenge(header)).toEqual(challenge));

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { isTag, parseReference, tryReference } from '../../../src/objects/image-reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('image references', () => {
  it.each([
    ['postgres', 'docker.io', 'library/postgres', undefined],
    ['postgres:17.6', 'docker.io', 'library/postgres', '17.6'],
    ['acme/parking', 'docker.io', 'acme/parking', undefined],
    ['index.docker.io/acme/parking', 'docker.io', 'acme/parking', undefined],
    ['localhost/parking', 'localhost', 'parking', undefined],
    ['localhost:5000/apps/parking:sha-0123', 'localhost:5000', 'apps/parking', 'sha-0123'],
    ['127.0.0.1:80/a', '127.0.0.1:80', 'a', undefined],
    ['[::1]:5000/a:1', '[::1]:5000', 'a', '1'],
    [
      'europe-west1-docker.pkg.dev/acme/apps/parking:1.4.0',
      'europe-west1-docker.pkg.dev',
      'acme/apps/parking',
      '1.4.0',
    ],
    ['gcr.io/acme__x/a-b--c', 'gcr.io', 'acme__x/a-b--c', undefined],
  ])('%s', (text, host, path, tag) => {
    expect(parseReference(text)).toEqual({ host, path, tag, digest: undefined, repository: `${host}/${path}` });
  });

  it('takes a digest, with and without a tag', () => {
    expect(parseReference(`localhost:5000/a@${DIGEST}`)).toMatchObject({ digest: DIGEST, tag: undefined });
    expect(parseReference(`localhost:5000/a:1@${DIGEST}`)).toMatchObject({ digest: DIGEST, tag: '1' });
  });

  it.each([
    ['acme/Parking', '"acme/Parking" must be lower case'],
    ['localhost:5000/', 'the repository is missing'],
    ['localhost:5000/Apps', '"Apps" must be lower case'],
    ['a:b:c', '"a:b" is not a repository'],
    ['a@sha256:12', 'is not sha256: and 64 hex digits'],
    ['a:-1', '"-1" is not a tag'],
    ['--help', 'is not a repository'],
    ['a b', 'is not a repository'],
    ['', 'the repository is missing'],
  ])('refuses %j and says why', (text, why) => {
    expect(() => parseReference(text)).toThrow(UserError);
    expect(() => parseReference(text)).toThrow(new RegExp(why));
    expect(tryReference(text)).toBeUndefined();
  });

  it('never takes what could be an option or holds white space', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reference = tryReference(text);
        if (reference) expect(text).toMatch(/^[^\s-][^\s]*$/);
      }),
    );
  });

  it('knows tags', () => {
    expect(['1', 'v1.2', '_x', 'A'.repeat(128)].map(isTag)).toEqual([true, true, true, true]);
    expect(['', '.1', '-1', 'a/b', 'a'.repeat(129), 'ü'].map(isTag)).toEqual(Array(6).fill(false));
  });
});

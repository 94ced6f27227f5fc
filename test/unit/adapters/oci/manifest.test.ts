import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readManifest, readStored } from '../../../../src/adapters/oci/manifest.ts';
import { EnvironmentError } from '../../../../src/errors.ts';

const TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPE, config: { digest: 'sha256:c' } }));
const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;

describe('a manifest', () => {
  it('has the digest of its bytes', () => {
    expect(readManifest('localhost:5000/a', { body, mediaType: TYPE, digest }, digest)).toEqual({
      repository: 'localhost:5000/a',
      digest,
      mediaType: TYPE,
      configDigest: 'sha256:c',
    });
    expect(readManifest('r', { body, mediaType: TYPE, digest: undefined }).digest).toBe(digest);
  });

  it('that is served under another digest is refused, whoever is wrong', () => {
    const other = `sha256:${'0'.repeat(64)}`;
    expect(() => readManifest('r', { body, mediaType: TYPE, digest: other })).toThrow(EnvironmentError);
    expect(() => readManifest('r', { body, mediaType: TYPE, digest: undefined }, other)).toThrow(
      `r: the manifest served as ${other} has the digest ${digest}`,
    );
  });

  it('of several platforms has no configuration', () => {
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }));
    const mediaType = 'application/vnd.oci.image.index.v1+json; charset=utf-8';
    expect(readManifest('r', { body: index, mediaType, digest: undefined })).toMatchObject({
      configDigest: undefined,
      mediaType: 'application/vnd.oci.image.index.v1+json',
    });
  });
});

describe('what a manifest points at', () => {
  const read = (value: object) => {
    const served = { body: Buffer.from(JSON.stringify(value)), mediaType: 'text/plain', digest: undefined };
    return readStored('r', served);
  };
  const one = { mediaType: TYPE, digest: `sha256:${'1'.repeat(64)}`, size: 3 };

  it('is read, with the type of the configuration where no other is given', () => {
    expect(read({ mediaType: TYPE, config: one, layers: [one], subject: one })).toMatchObject({
      mediaType: TYPE,
      artifactType: TYPE,
      layers: [one],
      manifests: [],
      subject: one.digest,
      annotations: {},
    });
    expect(read({ manifests: [one], layers: null })).toMatchObject({ mediaType: 'text/plain', manifests: [one] });
  });

  it.each([
    [{ manifests: 'x' }, 'manifests: '],
    [{ manifests: [{ ...one, digest: '../../x' }] }, 'manifests.0.digest: '],
    [{ subject: { ...one, size: -1 } }, 'subject.size: '],
    [{ annotations: { a: 1 } }, 'annotations.a: '],
  ])('that breaks the rules is an error of the environment: %j', (value, where) => {
    expect(() => read(value)).toThrow(EnvironmentError);
    expect(() => read(value)).toThrow(`cannot be understood: ${where}`);
  });
});

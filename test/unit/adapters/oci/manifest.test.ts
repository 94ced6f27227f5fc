import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/adapters/oci/manifest.ts';
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

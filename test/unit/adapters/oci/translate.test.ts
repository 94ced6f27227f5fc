import { describe, expect, it } from 'vitest';
import { baseUrl, isContainerRegistry, isGoogleRegistry } from '../../../../src/adapters/oci/hosts.ts';
import { translateRefusal } from '../../../../src/adapters/oci/translate.ts';
import { UserError } from '../../../../src/errors.ts';

const PKG = { host: 'europe-west1-docker.pkg.dev', path: 'acme/apps/parking' };
const GHCR = { host: 'ghcr.io', path: 'acme/parking' };
const GCR = { host: 'eu.gcr.io', path: 'acme/parking' };

describe('P5: a registry that refuses', () => {
  it('hb-13: to a reader names the right to read', () => {
    const remedies = [
      translateRefusal(GHCR, '403 DENIED', true, 'pull'),
      translateRefusal(GHCR, '401', false, 'pull'),
      translateRefusal(PKG, '403 DENIED', true, 'pull'),
    ].map((error) => error?.remedy);
    expect(remedies[0]).toContain('the right to pull from it');
    expect(remedies[1]).toContain('packages: read');
    expect(remedies[2]).toContain('artifactregistry.reader');
  });

  it.each([
    [GHCR, 'unauthorized: authentication required', false, 'registry ghcr.io requires a login', 'packages: write'],
    [GHCR, 'no basic auth credentials', false, 'registry ghcr.io requires a login', 'docker/login-action'],
    [GHCR, '401 UNAUTHORIZED', true, 'registry ghcr.io does not accept the login', 'docker/login-action'],
    [PKG, '401 Unauthorized', false, 'requires a login', 'google-github-actions/auth'],
    [
      GHCR,
      'denied: permission_denied: write_package',
      true,
      'access to ghcr.io/acme/parking is denied',
      'the right to push',
    ],
    [
      PKG,
      '403 DENIED: Permission "artifactregistry.repositories.uploadArtifacts" denied',
      true,
      'is denied',
      'artifactregistry.writer',
    ],
    [
      GHCR,
      '404 NAME_UNKNOWN: repository name not known',
      true,
      'repository ghcr.io/acme/parking does not exist',
      'Create it',
    ],
    [
      PKG,
      'name unknown: Repository "apps" not found',
      true,
      'does not exist',
      'gcloud artifacts repositories create apps --repository-format=docker --location=europe-west1 --project=acme',
    ],
    [
      GCR,
      'unexpected status: 412 Precondition Failed',
      true,
      'takes no images since 2025-03-18',
      'europe-docker.pkg.dev/acme/apps/parking',
    ],
    [
      GCR,
      'Container Registry is deprecated and shutting down, please use the auto migration tool',
      true,
      'takes no images',
      'migrate',
    ],
  ])('%o: %s', (repository, text, hasLogin, message, remedy) => {
    const error = translateRefusal(repository, text, hasLogin, 'pull,push');
    expect(error).toBeInstanceOf(UserError);
    expect(error?.message).toContain(message);
    expect(error?.remedy).toContain(remedy);
    expect(error?.details).toEqual([text]);
  });

  it('for an unknown reason is not explained away', () => {
    expect(translateRefusal(GHCR, 'manifest invalid', true, 'pull')).toBeUndefined();
  });
});

describe('registry hosts', () => {
  it.each([
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['docker.io', 'https://registry-1.docker.io'],
    ['ghcr.io', 'https://ghcr.io'],
    ['127.example.com', 'https://127.example.com'],
    ['localhost.example.com', 'https://localhost.example.com'],
  ])('%s', (host, url) => expect(baseUrl(host)).toBe(url));

  it('of Google', () => {
    expect(['gcr.io', 'eu.gcr.io', 'us-docker.pkg.dev', 'europe-west1-docker.pkg.dev'].map(isGoogleRegistry)).toEqual(
      Array(4).fill(true),
    );
    expect(['ghcr.io', 'gcr.io.example.com', 'pkg.dev.example.com', 'xgcr.io'].map(isGoogleRegistry)).toEqual(
      Array(4).fill(false),
    );
    expect(['gcr.io', 'asia.gcr.io', 'europe-docker.pkg.dev'].map(isContainerRegistry)).toEqual([true, true, false]);
  });
});

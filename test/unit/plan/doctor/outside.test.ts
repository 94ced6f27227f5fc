import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../src/plan/doctor/fact.ts';
import {
  checkLinked,
  checkPull,
  checkPush,
  checkRegistryReached,
  checkRepositoryExists,
  googleRepository,
} from '../../../../src/plan/doctor/registry/registry.ts';
import { checkDns, checkVisitedTls } from '../../../../src/plan/doctor/visit/visit.ts';

describe('a registry', () => {
  const google = googleRepository('europe-west1-docker.pkg.dev/acme-apps/apps/parking');
  const ghcr = 'ghcr.io/acme/parking';

  it('answers, or not', () => {
    expect(checkRegistryReached('ghcr.io', known(undefined)).status).toBe('ok');
    expect(checkRegistryReached('ghcr.io', unknown('refused')).status).toBe('failed');
  });

  it('refuses this identity, or asks for a login', () => {
    expect(checkPull(ghcr, known(undefined)).status).toBe('ok');
    expect(checkPull(ghcr, unknown(`access to ${ghcr} is denied`)).status).toBe('failed');
    const login = checkPull(ghcr, unknown('registry ghcr.io requires a login, and the job has none'));
    expect(login).toMatchObject({ status: 'unknown', permission: 'a login to ghcr.io (docker login ghcr.io)' });
    expect(checkPull(ghcr, unknown('registry ghcr.io answered 500')).status).toBe('unknown');
  });

  it('tells without a push only on Google Cloud who may push', () => {
    expect(checkPush('r', google, known(['artifactregistry.repositories.uploadArtifacts'])).status).toBe('ok');
    expect(checkPush('r', google, known([]))).toMatchObject({
      status: 'unknown',
      permission: 'artifactregistry.repositories.uploadArtifacts',
    });
    expect(checkPush(ghcr, undefined, known([]))).toMatchObject({ status: 'unknown', permission: null });
  });

  it('has the repository, in the format of Docker', () => {
    expect(google).toMatchObject({ name: 'projects/acme-apps/locations/europe-west1/repositories/apps' });
    expect(checkRepositoryExists('r', google, known('DOCKER')).status).toBe('ok');
    expect(checkRepositoryExists('r', google, known('NPM'))).toMatchObject({ status: 'failed', fix: null });
    expect(checkRepositoryExists('eu.gcr.io/acme/parking', undefined, known(undefined)).status).toBe('unknown');
    expect(checkRepositoryExists(ghcr, undefined, known(undefined)).status).toBe('skipped');
  });

  it('has a package that another repository owns', () => {
    expect(checkLinked(ghcr, 'Acme/Parking', known('acme/parking')).status).toBe('ok');
    expect(checkLinked(ghcr, 'acme/parking', known(undefined)).status).toBe('skipped');
    expect(checkLinked(ghcr, 'acme/parking', known(null)).status).toBe('failed');
    expect(checkLinked(ghcr, 'acme/parking', known('acme/other')).message).toContain('acme/other');
  });
});

describe('a host name', () => {
  const host = { subject: 'review', host: 'pr-1.review.acme.dev', record: '*.review.acme.dev', project: 'acme-dns' };

  it.each([
    ['has the address of the controller', ['192.0.2.1'], ['192.0.2.1'], 'ok'],
    ['has one of its addresses', ['192.0.2.2'], ['192.0.2.1', '192.0.2.2'], 'ok'],
    ['does not resolve', [], ['192.0.2.1'], 'failed'],
    ['has another address', ['192.0.2.9'], ['192.0.2.1'], 'failed'],
    ['resolves, to what nobody knows', ['192.0.2.9'], [], 'unknown'],
    ['does not resolve, to what nobody knows', [], [], 'failed'],
  ])('%s', (_, resolved, ingress, status) => {
    expect(checkDns(host, known(resolved), known(ingress)).status).toBe(status);
  });

  it('gets its record by one command, where Google Cloud has the zone', () => {
    const { fix } = checkDns(host, known([]), known(['192.0.2.1']));
    expect(fix).toBe(
      "gcloud dns record-sets create '*.review.acme.dev.' --project=acme-dns --zone=ZONE --type=A --ttl=300 --rrdatas=192.0.2.1",
    );
    expect(checkDns(host, known(['192.0.2.9']), known(['2001:db8::1'])).fix).toContain('update');
    const elsewhere = checkDns({ ...host, project: undefined }, known([]), known(['192.0.2.1']));
    expect(elsewhere).toMatchObject({ fix: null, advice: 'Create the A record *.review.acme.dev with 192.0.2.1.' });
  });

  it('shows a certificate that is for it, trusted, and not about to expire', () => {
    const now = Date.parse('2026-06-01T00:00:00Z');
    const certificate = {
      names: ['*.review.acme.dev'],
      validFrom: '2026-05-01T00:00:00Z',
      validTo: '2026-08-01T00:00:00Z',
    };
    const judge = (shown: Parameters<typeof known>[0]) => checkVisitedTls(host, known(shown as never), now);
    expect(judge({ certificate, untrusted: undefined }).status).toBe('ok');
    expect(judge({ certificate, untrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT' }).message).toContain('do not trust');
    expect(
      judge({ certificate: { ...certificate, names: ['ingress.local'] }, untrusted: undefined }).message,
    ).toContain('ingress.local');
    expect(
      judge({ certificate: { ...certificate, validTo: '2026-06-03T00:00:00Z' }, untrusted: undefined }).message,
    ).toContain('2 days');
    expect(judge({ certificate: undefined, untrusted: undefined }).status).toBe('failed');
    expect(checkVisitedTls(host, unknown('no answer'), now).status).toBe('unknown');
  });
});

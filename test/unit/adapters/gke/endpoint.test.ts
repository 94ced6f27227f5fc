import { describe, expect, it } from 'vitest';
import { chooseEndpoint, type GkeCluster } from '../../../../src/adapters/gke/endpoint.ts';

const NAME = 'projects/acme-apps/locations/europe-west1/clusters/main';
const PEM = '-----BEGIN CERTIFICATE-----';
const masterAuth = { clusterCaCertificate: Buffer.from(PEM).toString('base64') };
const dnsName = 'gke-0a1b-123456789012.europe-west1.gke.goog';
const dns = (allowExternalTraffic: boolean) => ({ endpoint: dnsName, allowExternalTraffic });
const ip = { enabled: true, enablePublicEndpoint: true, publicEndpoint: '34.76.0.1', privateEndpoint: '10.132.0.2' };

const publicCluster: GkeCluster = { endpoint: '34.76.0.1', masterAuth, status: 'RUNNING' };
const full: GkeCluster = {
  ...publicCluster,
  controlPlaneEndpointsConfig: { dnsEndpointConfig: dns(true), ipEndpointsConfig: ip },
};

const chosen = (cluster: GkeCluster, wanted?: Parameters<typeof chooseEndpoint>[2]) => {
  const { kind, server, ca } = chooseEndpoint(cluster, NAME, wanted);
  return `${kind} ${server} ${ca === undefined ? 'public certificate' : ca === PEM ? 'own authority' : 'wrong'}`;
};

describe('chooseEndpoint', () => {
  it.each<[string, GkeCluster, string]>([
    ['a cluster of the old form', publicCluster, 'public https://34.76.0.1 own authority'],
    ['the DNS-based endpoint, where it is open', full, `dns https://${dnsName} public certificate`],
    [
      'the public address, where the DNS-based endpoint is for Google only',
      { ...full, controlPlaneEndpointsConfig: { dnsEndpointConfig: dns(false), ipEndpointsConfig: ip } },
      'public https://34.76.0.1 own authority',
    ],
    [
      'the private address, where there is no other',
      {
        endpoint: '10.132.0.2',
        masterAuth,
        privateClusterConfig: { enablePrivateEndpoint: true, privateEndpoint: '10.132.0.2' },
      },
      'private https://10.132.0.2 own authority',
    ],
    [
      'no address that has been closed, although the cluster still has it',
      { ...full, controlPlaneEndpointsConfig: { ipEndpointsConfig: { ...ip, enablePublicEndpoint: false } } },
      'private https://10.132.0.2 own authority',
    ],
    [
      'the DNS-based endpoint alone, where addresses are off',
      {
        endpoint: dnsName,
        masterAuth,
        controlPlaneEndpointsConfig: { dnsEndpointConfig: dns(true), ipEndpointsConfig: { enabled: false } },
      },
      `dns https://${dnsName} public certificate`,
    ],
  ])('takes %s', (_what, cluster, expected) => {
    expect(chosen(cluster)).toBe(expected);
  });

  it('takes the one that slipway.yml wants', () => {
    expect(chosen(full, 'public')).toBe('public https://34.76.0.1 own authority');
    expect(chosen(full, 'private')).toBe('private https://10.132.0.2 own authority');
    expect(chosen(full, 'dns')).toBe(`dns https://${dnsName} public certificate`);
  });

  it('says how to open the DNS-based endpoint', () => {
    expect(() => chooseEndpoint(publicCluster, NAME, 'dns')).toThrowError(
      expect.objectContaining({
        name: 'UserError',
        message: `cluster ${NAME} has no dns endpoint; it has: public`,
        remedy: expect.stringContaining(
          'gcloud container clusters update main --location=europe-west1 --project=acme-apps --enable-dns-access',
        ),
      }),
    );
  });

  it('says that a cluster is not there yet', () => {
    const cluster: GkeCluster = {
      status: 'PROVISIONING',
      conditions: [{ message: 'waiting\n::error::for nodes' }, {}],
    };
    expect(() => chooseEndpoint(cluster, NAME)).toThrowError(
      expect.objectContaining({
        name: 'EnvironmentError',
        remedy: 'Run again when it has been created.',
        details: ['waiting', ':\u200b:error::for nodes'],
      }),
    );
  });
});

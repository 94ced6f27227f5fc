import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { certManagerNamespace, ensureCertManager } from '../../../local/cert-manager.ts';
import { ensureGateway, type LocalGateway } from '../../../local/gateway.ts';
import type { KubeObject, ObjectRef } from '../../../src/ports.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { wayIn } from '../../support/kube/way-in.ts';
import { requireBuiltPlatform } from '../../support/platform.ts';

const test = await requireBuiltPlatform('certificates by cert-manager', 'it runs on the node');
const MINUTES = 60_000;
const ID = `ca-${process.pid}-${Date.now().toString(36)}`;
const CERT_MANAGER = 'cert-manager.io/v1';
const MANAGER = { fieldManager: `test-${ID}` };

interface Ready {
  status?: { conditions?: { type: string; status: string }[] };
}

describe.skipIf(!test).concurrent('certificates by cert-manager', () => {
  const remove: (() => Promise<unknown>)[] = [];
  const cluster = test ? adminCluster(test.platform) : undefined;
  let gateway: LocalGateway;

  beforeAll(async () => {
    if (!test) throw new Error('no platform');
    gateway = await ensureGateway(test.platform);
    await ensureCertManager(test.platform);
    await makeAuthority();
  }, 30 * MINUTES);
  afterAll(async () => {
    await Promise.all(remove.map((one) => one()));
    cluster?.close();
  });

  const real = () => {
    if (!test || !cluster) throw new Error('no platform');
    return { test, cluster };
  };
  const make = async (kind: string, name: string, spec: object, namespace?: string): Promise<void> => {
    const metadata = { name, ...(namespace ? { namespace } : {}) };
    await real().cluster.apply({ apiVersion: CERT_MANAGER, kind, metadata, spec } as KubeObject, MANAGER);
    remove.push(async () => cluster?.delete({ apiVersion: CERT_MANAGER, kind, ...metadata }));
  };
  const issued = (name: string, namespace: string) =>
    vi.waitFor(
      async () => {
        const found = (await cluster?.get({ apiVersion: CERT_MANAGER, kind: 'Certificate', name, namespace })) as Ready;
        expect(found?.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
      },
      { timeout: 2 * MINUTES, interval: 300 },
    );
  const secret = async (name: string, namespace: string): Promise<Record<string, string>> => {
    const ref: ObjectRef = { apiVersion: 'v1', kind: 'Secret', name, namespace };
    remove.push(async () => cluster?.delete(ref));
    const { data = {} } = ((await cluster?.get(ref)) ?? {}) as { data?: Record<string, string> };
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  };

  /** A ClusterIssuer of this file alone, whose authority has signed itself. */
  async function makeAuthority(): Promise<void> {
    await make('ClusterIssuer', `self-${ID}`, { selfSigned: {} });
    const issuerRef = { name: `self-${ID}`, kind: 'ClusterIssuer' };
    const privateKey = { algorithm: 'ECDSA', size: 256 };
    const spec = { isCA: true, commonName: ID, secretName: ID, privateKey, issuerRef };
    await make('Certificate', ID, spec, certManagerNamespace);
    await issued(ID, certManagerNamespace);
    await make('ClusterIssuer', ID, { ca: { secretName: ID } });
  }

  /** HTTPS with this authority alone; rejects where the certificate is another one. */
  const visit = async (host: string, ca: string) => {
    const { tlsPort: port } = gateway;
    const sent = request({ host: '127.0.0.1', port, path: '/', headers: { host }, servername: host, ca, agent: false });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const names = (answer.socket as TLSSocket).getPeerCertificate().subjectaltname;
    return { said: `${answer.statusCode} ${await text(answer)}`, names };
  };

  it('a wildcard of a CA issuer, at the listener of a Gateway: the app is served over HTTPS', async () => {
    const { test, cluster } = real();
    const { namespace } = gateway;
    const spec = {
      secretName: `wildcard-${ID}`,
      dnsNames: [`*.${ID}.localhost`],
      issuerRef: { name: ID, kind: 'ClusterIssuer' },
    };
    await make('Certificate', `wildcard-${ID}`, spec, namespace);
    await issued(`wildcard-${ID}`, namespace);
    const tls = { certificateRefs: [{ name: `wildcard-${ID}` }] };
    const own = { name: ID, hostname: `*.${ID}.localhost`, port: gateway.tlsListenerPort, protocol: 'HTTPS', tls };
    const listeners = (all: object[]) =>
      cluster.apply(
        {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'Gateway',
          metadata: { name: 'shared', namespace },
          spec: { gatewayClassName: 'contour', ...(all.length > 0 ? { listeners: all } : {}) },
        },
        MANAGER,
      );
    await listeners([{ ...own, allowedRoutes: { namespaces: { from: 'All' } } }]);
    remove.push(() => listeners([]));
    const host = `app.${ID}.localhost`;
    const ingress = { kind: 'gateway', gateway: `${gateway.name}/${ID}`, port: gateway.tlsPort };
    const { update } = await wayIn(test, cluster, remove as (() => Promise<void>)[], {
      ingress,
      environment: { host, tls: true },
    });
    const result = await update('1');
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { url: `https://${host}:${gateway.tlsPort}` } });
    const { 'ca.crt': ca = '' } = await secret(`wildcard-${ID}`, namespace);
    await vi.waitFor(async () => expect(await visit(host, ca)).toMatchObject({ said: '200 1' }), { timeout: MINUTES });
    expect((await visit(host, ca)).names).toBe(`DNS:*.${ID}.localhost`);
  });

  const behindIngress = (issuer: string) => {
    const { test, cluster } = real();
    const environment = { tls: { issuer } };
    return wayIn(test, cluster, remove as (() => Promise<void>)[], { ingress: { kind: 'ingress' }, environment });
  };
  const about = ({ annotations }: { annotations: { title?: string; message: string }[] }) =>
    annotations.filter(({ title }) => title === 'HTTPS of staging').map(({ message }) => message);

  it('of the host of an Ingress, by tls.issuer: no warning once it is issued', async () => {
    const { namespace, host, update } = await behindIngress(ID);
    expect((await update('1')).outcome).toBe('succeeded');
    await issued('parking-tls', namespace);
    const { 'tls.crt': pem = '' } = await secret('parking-tls', namespace);
    expect(new X509Certificate(pem).subjectAltName).toBe(`DNS:${host}`);
    const again = await update('1');
    expect({ outcome: again.outcome, warnings: about(again) }).toEqual({ outcome: 'unchanged', warnings: [] });
  });

  it('that does not come, for want of its issuer: the rollout succeeds and warns with the cause', async () => {
    const { update } = await behindIngress(`nobody-${ID}`);
    expect((await update('1')).outcome).toBe('succeeded');
    await vi.waitFor(
      async () => {
        const [warning = ''] = about(await update('1'));
        expect(warning).toMatch(/^Certificate parking-tls is not issued: Referenced "ClusterIssuer" not found/);
        expect(warning).toContain(`nobody-${ID}`);
      },
      { timeout: MINUTES, interval: 500 },
    );
  });

  it('that is part of the release, and does not come: the rollout fails with the cause', async () => {
    const { test, cluster } = real();
    const { updateOwn, image } = await deliveryScene(test, cluster, remove as (() => Promise<void>)[]);
    const labels = { app: 'web' };
    const containers = [{ name: 'web', image, command: serve(), readinessProbe: { tcpSocket: { port: 8080 } } }];
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
    const issuerRef = { name: `nobody-${ID}`, kind: 'ClusterIssuer' };
    const result = await updateOwn(
      [
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec },
        {
          apiVersion: CERT_MANAGER,
          kind: 'Certificate',
          metadata: { name: 'shop' },
          spec: { secretName: 'shop-tls', dnsNames: ['shop.example'], issuerRef },
        },
      ],
      { timeoutMs: 20_000 },
    );
    expect(result.outcome).toBe('failed');
    const told = [result.error?.message, ...(result.error?.details ?? [])].join('\n');
    expect(told).toContain('Certificate shop is not issued: Referenced "ClusterIssuer" not found');
  });

  it('that the webhook refuses is refused before anything is written', async () => {
    const { test, cluster } = real();
    const { updateOwn, image, staging } = await deliveryScene(test, cluster, remove as (() => Promise<void>)[]);
    const labels = { app: 'web' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
    };
    const certificate = { secretName: 'shop-tls', issuerRef: { name: ID, kind: 'ClusterIssuer' } };
    const refused = updateOwn([
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec },
      { apiVersion: CERT_MANAGER, kind: 'Certificate', metadata: { name: 'shop' }, spec: certificate },
    ]);
    await expect(refused).rejects.toThrow(/webhook.cert-manager.io/);
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: staging };
    expect(await cluster.get(web)).toBeUndefined();
  });
});

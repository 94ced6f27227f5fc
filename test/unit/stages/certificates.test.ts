import { describe, expect, it } from 'vitest';
import { askedCertificates } from '../../../src/objects/ingress/asked-certificates.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { certificateProblem } from '../../../src/readiness/certificate-problem.ts';
import { certificateProblems } from '../../../src/stages/certificates.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { MemoryCluster } from '../../support/kube/memory-cluster.ts';
import { appObjects, appSpec } from '../../support/kube/spec.ts';
import { image, planOf, World } from '../../support/kube/world.ts';

const NAMESPACE = 'parking-staging';
const ready = (status: string, message: string) => ({ type: 'Ready', status, message });
const certificate = (status?: object): KubeObject => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'parking-tls', namespace: NAMESPACE, uid: 'uid-of-it' },
  ...(status ? { status: { conditions: [status] } } : {}),
});
const request = (name: string, at: string, conditions: object[], uid = 'uid-of-it'): KubeObject => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'CertificateRequest',
  metadata: {
    name,
    namespace: NAMESPACE,
    creationTimestamp: at,
    ownerReferences: [
      { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', name: 'parking-tls', uid, controller: true },
    ],
  },
  status: { conditions },
});
const issuing = certificate(ready('False', 'Issuing certificate as Secret does not exist'));

describe('a Certificate that is not issued', () => {
  it('has the cause of its newest request, and not that of another Certificate', () => {
    const requests = [
      request('old', '2026-01-01T00:00:00Z', [ready('False', 'an old cause')]),
      request('new', '2026-01-02T00:00:00Z', [ready('False', 'Referenced "ClusterIssuer" not found')]),
      request('other', '2026-01-03T00:00:00Z', [ready('False', 'somebody else')], 'uid-of-another'),
    ];
    expect(certificateProblem(issuing, requests)).toBe('Referenced "ClusterIssuer" not found');
  });

  it('was denied by an approver', () => {
    const denied = { type: 'Denied', status: 'True', message: 'policy forbids wildcards' };
    expect(certificateProblem(issuing, [request('r', '2026-01-01T00:00:00Z', [ready('False', '…'), denied])])).toBe(
      'policy forbids wildcards',
    );
  });

  it('has its own condition, or none: its controller does not run', () => {
    expect(certificateProblem(issuing, [])).toBe('Issuing certificate as Secret does not exist');
    expect(certificateProblem(certificate(), [])).toContain('check that its controller runs');
    expect(certificateProblem(certificate(ready('True', 'up to date')), [])).toBeUndefined();
  });

  it('is told in a sentence, without control characters, and what may not be read is left out', async () => {
    const cluster = new MemoryCluster();
    const problems = () => certificateProblems(['parking-tls'], NAMESPACE, cluster);
    expect(await problems()).toEqual([
      'Certificate parking-tls does not exist yet: check that the controller of cert-manager runs',
    ]);
    cluster.patch(certificate(ready('False', 'line\n::error::of an attacker')));
    expect((await problems()).join()).not.toContain('\n');
    cluster.get = () => Promise.reject(new Error('forbidden'));
    expect(await problems()).toEqual([]);
    cluster.resource = async () => undefined;
    expect(await problems()).toEqual([
      'no certificate will be issued for Secret parking-tls: cert-manager is not in this cluster',
    ]);
  });
});

describe('the CertificateRequests of a namespace', () => {
  it('are read once, and only for a Certificate that is not issued', async () => {
    const cluster = new MemoryCluster();
    const list = cluster.list.bind(cluster);
    let lists = 0;
    cluster.list = (kind, selection) => {
      lists += 1;
      return list(kind, selection);
    };
    cluster.patch(certificate(ready('True', 'up to date')));
    expect(await certificateProblems(['parking-tls'], NAMESPACE, cluster)).toEqual([]);
    expect(lists).toBe(0);
    cluster.patch(issuing);
    const other = { ...issuing.metadata, name: 'other-tls', uid: 'uid-of-another' };
    cluster.patch({ ...issuing, metadata: other });
    expect(await certificateProblems(['parking-tls', 'other-tls'], NAMESPACE, cluster)).toHaveLength(2);
    expect(lists).toBe(1);
  });
});

describe('the Certificates of a release', () => {
  const ingress = (annotations: Record<string, string>, tls: object[]): KubeObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'parking', annotations },
    spec: { tls },
  });
  const asks = { 'cert-manager.io/issuer': 'team' };

  it('are those that its Ingresses ask cert-manager for', () => {
    const tls = [{ secretName: 'a' }, { hosts: ['no.secret'] }, { secretName: 'b' }, { secretName: 'a' }];
    expect(askedCertificates([ingress(asks, tls)])).toEqual(['a', 'b']);
    expect(askedCertificates([ingress({}, tls), ingress(asks, [])])).toEqual([]);
  });

  it('are a warning where they are not issued: the rollout has succeeded', async () => {
    const world = new World();
    world.cluster.patch(issuing);
    const object = ingress(asks, [{ hosts: ['parking.example'], secretName: 'parking-tls' }]);
    const rendered = [...appObjects(appSpec({ name: 'parking', image: image(1) })), object].map((one) => ({
      object: { ...one, metadata: { ...one.metadata, namespace: NAMESPACE } },
      location: 'k8s/app.yaml:1',
    }));
    const renderer = { render: async () => rendered };
    const plan = planOf(1, { source: { from: 'manifests', path: 'k8s' } });
    const result = await runRollingUpdate(plan, { ...world.ports(), renderer });
    expect(result.outcome).toBe('succeeded');
    expect(result.annotations).toContainEqual({
      level: 'warning',
      title: 'HTTPS of staging',
      message: 'Certificate parking-tls is not issued: Issuing certificate as Secret does not exist',
    });
  });
});

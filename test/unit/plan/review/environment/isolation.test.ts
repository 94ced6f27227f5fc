import { describe, expect, it } from 'vitest';
import { isolationObjects, namespaceObject } from '../../../../../src/plan/review/environment/isolation.ts';
import type { Isolation } from '../../../../../src/plan/review/environment/isolation-spec.ts';
import { planReviewUp } from '../../../../../src/plan/review-plan.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../../support/unit/review.ts';

const isolationOf = (review = ''): Isolation =>
  planReviewUp(reviewInputsOf(), configOf(review), pullRequest(), 7, undefined).isolation;

const find = (objects: KubeObject[], kind: string, name?: string): KubeObject => {
  const found = objects.find((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
  if (!found) throw new Error(`no ${kind} ${name ?? ''}`);
  return found;
};

const DEPLOYMENT = { commit: 'c0ffee', images: { parking: 'i@sha256:1' }, run: '', expiresAt: '2026-10-12T11:00:00Z' };

describe('the namespace', () => {
  it('says whose it is, how long it stays, and holds pods to a standard', () => {
    const { metadata } = namespaceObject(isolationOf(), DEPLOYMENT);
    expect(metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'slipway',
      'slipway.dev/app': 'parking',
      'slipway.dev/repository-id': '424242',
      'slipway.dev/pull-request': '7',
      'pod-security.kubernetes.io/enforce': 'baseline',
    });
    expect(metadata.annotations).toEqual({
      'slipway.dev/commit': 'c0ffee',
      'slipway.dev/image': 'i@sha256:1',
      'slipway.dev/expires-at': '2026-10-12T11:00:00Z',
    });
  });

  it('enforces `restricted` where slipway.yml says that the images permit it', () => {
    const { metadata } = namespaceObject(isolationOf('review: { podSecurity: restricted }'), DEPLOYMENT);
    expect(metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });
});

describe('R14, R15: the walls', () => {
  it('pods get no token, and containers that ask for nothing get little', () => {
    const objects = isolationObjects(isolationOf());
    expect(find(objects, 'ServiceAccount', 'default').automountServiceAccountToken).toBe(false);
    expect(find(objects, 'LimitRange').spec).toMatchObject({
      limits: [{ default: { memory: '512Mi', 'ephemeral-storage': '2Gi' } }],
    });
  });

  it('HRD-3: the quota is what slipway.yml says, and a default for the rest', () => {
    const objects = isolationObjects(isolationOf('review: { quota: { cpu: "2", pods: 9 } }'));
    expect(find(objects, 'ResourceQuota').spec).toEqual({
      hard: {
        'requests.cpu': '2',
        'limits.memory': '8Gi',
        'requests.storage': '20Gi',
        pods: '9',
        'limits.ephemeral-storage': '32Gi',
        'services.loadbalancers': '0',
        'services.nodeports': '0',
        'count/configmaps': '200',
        'count/cronjobs.batch': '50',
        'count/deployments.apps': '100',
        'count/jobs.batch': '500',
        'count/secrets': '200',
        'count/services': '100',
        'count/statefulsets.apps': '50',
      },
    });
  });

  it('nothing may be reached but the own namespace and DNS, and nothing reaches in but to the app', () => {
    const objects = isolationObjects(isolationOf('deploy: { port: 5000 }'));
    const own = find(objects, 'NetworkPolicy', 'own-namespace').spec;
    const port53 = { ports: [53, 53].map((port, i) => ({ protocol: ['UDP', 'TCP'][i], port })) };
    const clusterDns = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    };
    expect(own).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{ to: [{ podSelector: {} }] }, port53, { to: [clusterDns] }],
    });
    expect(find(objects, 'NetworkPolicy', 'app').spec).toEqual({
      podSelector: { matchLabels: { 'slipway.dev/app': 'parking', 'app.kubernetes.io/component': 'web' } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ protocol: 'TCP', port: 5000 }] }],
    });
  });

  it('R14: where cert-manager gets the certificate, the pod that answers the authority can be reached', () => {
    const policies = (review: string) =>
      isolationObjects(isolationOf(`review: ${review}`)).filter(({ metadata }) => metadata.name === 'acme-solver');
    const [solver, ...others] = policies('{ host: "pr-{number}.example.dev", tls: { issuer: letsencrypt } }');
    expect(solver?.spec).toEqual({
      podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ protocol: 'TCP', port: 8089 }] }],
    });
    expect(others).toEqual([]);
    expect(policies('{ host: "pr-{number}.example.dev", tls: true }')).toEqual([]);
  });

  it('`internet` opens what is public, and neither private networks nor metadata servers', () => {
    const objects = isolationObjects(isolationOf('review: { egress: [internet, 203.0.113.0/24] }'));
    const { egress } = find(objects, 'NetworkPolicy', 'own-namespace').spec as { egress: { to?: unknown[] }[] };
    const [v4, v6, network] = (egress[3]?.to ?? []) as { ipBlock: { cidr: string; except?: string[] } }[];
    expect(v4?.ipBlock.except).toEqual(expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16', '192.168.0.0/16']));
    expect(v6?.ipBlock).toEqual({ cidr: '2000::/3', except: ['2001::/32', '2002::/16'] });
    expect(network?.ipBlock).toEqual({ cidr: '203.0.113.0/24' });
  });
});

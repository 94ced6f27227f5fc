import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/adapters/clock/system-clock.ts';
import type { IngressSpec } from '../../../../src/objects/ingress/ingress-spec.ts';
import type { Clock, Kind, KubeObject } from '../../../../src/ports.ts';
import { locateIngress } from '../../../../src/stages/ingress/locate.ts';
import { located } from '../../../../src/stages/ingress/located-plan.ts';
import { Steps } from '../../../../src/stages/steps.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { ingressOf } from '../../../support/kube/spec.ts';
import { StepClock } from '../../../support/step-clock.ts';

const HOST = 'pr-7.{address}.sslip.io';
const SERVICE: IngressSpec['address'] = { from: 'service', namespace: 'ingress', name: 'controller' };
const service = (ingress: object[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'controller', namespace: 'ingress' },
  status: { loadBalancer: { ingress } },
});

class Without extends MemoryCluster {
  readonly missing = new Set<string>();
  override async resource(kind: Kind) {
    return this.missing.has(kind.kind) ? undefined : super.resource(kind);
  }
}

function scene(clock: Clock = systemClock) {
  const cluster = new Without();
  const ports = { cluster, clock, log: memoryLog(), signal: new AbortController().signal };
  return { cluster, ports, find: (ingress: Partial<IngressSpec>) => locateIngress(ingressOf(ingress), ports) };
}

describe('the address of the ingress controller', () => {
  it('is that of its Service, IPv4 before IPv6', async () => {
    const { cluster, find } = scene();
    cluster.patch(service([{ ip: '2001:db8::7' }, { ip: '203.0.113.7' }]));
    expect((await find({ host: HOST, address: SERVICE })).host).toBe('pr-7.203-0-113-7.sslip.io');
  });

  it('that makes a name too long is refused before anything is written', async () => {
    const { cluster, find } = scene();
    cluster.patch(service([{ ip: '203.100.113.117' }]));
    const host = `${'n'.repeat(50)}-{address}.sslip.io`;
    await expect(find({ host, address: SERVICE })).rejects.toThrow('is not a host name');
  });

  it('is that of an Ingress of the same class, and not of another', async () => {
    const { cluster, find } = scene();
    const ingress = (name: string, ingressClassName: string, ip: string): KubeObject => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'somewhere' },
      spec: { ingressClassName },
      status: { loadBalancer: { ingress: [{ ip }] } },
    });
    cluster.patch(ingress('a', 'internal', '10.0.0.1'));
    cluster.patch(ingress('b', 'nginx', '203.0.113.9'));
    const address = { from: 'class' as const, className: 'nginx' };
    expect((await find({ host: HOST, address })).host).toBe('pr-7.203-0-113-9.sslip.io');
  });

  it('that does not come is an error that says what to do', async () => {
    const { cluster, find } = scene(new StepClock(0));
    cluster.patch(service([]));
    await expect(find({ host: HOST, address: SERVICE })).rejects.toMatchObject({
      message: '{address} in the host: Service ingress/controller has no address after 2 min',
      remedy: expect.stringContaining('ingress.address'),
    });
  });

  it('of a Service or a Gateway that is not there is not waited for', async () => {
    const { find } = scene(new StepClock(0));
    await expect(find({ host: HOST, address: SERVICE })).rejects.toMatchObject({
      message: expect.stringMatching(/^ingress\.service: there is no Service ingress\/controller in cluster /),
      remedy: expect.stringContaining('kubectl get services --all-namespaces'),
    });
    const gateway = { namespace: 'infra', name: 'shared', section: undefined };
    const ingress = {
      kind: 'gateway',
      gateway,
      policies: false,
      host: HOST,
      address: { from: 'gateway', gateway },
    } as const;
    await expect(find(ingress)).rejects.toThrow(/^ingress\.gateway: there is no Gateway infra\/shared/);
  });

  it('of a cloud that gives names is not made up', async () => {
    const { cluster, find } = scene();
    cluster.patch(service([{ hostname: 'lb.example.dev' }]));
    await expect(find({ host: HOST, address: SERVICE })).rejects.toThrow(/has a host name \(lb\.example\.dev\)/);
  });
});

describe('kinds that the cluster does not have are refused before anything is written', () => {
  const gateway = { namespace: 'infra', name: 'shared', section: undefined };
  it.each<[Partial<IngressSpec>, string[], RegExp]>([
    [{ kind: 'gke' }, ['BackendConfig'], /no BackendConfig \(cloud\.google\.com\/v1\)/],
    [{ kind: 'gke', tls: { by: 'managed' } }, ['ManagedCertificate'], /no ManagedCertificate/],
    [{ kind: 'gateway', gateway, policies: false }, ['HTTPRoute'], /no HTTPRoute/],
    [
      { kind: 'gateway', gateway, policies: true },
      ['HealthCheckPolicy', 'GCPBackendPolicy'],
      /HealthCheckPolicy.*GCPBackendPolicy/,
    ],
    [{ kind: 'gateway', gateway }, ['Gateway'], /does not have the Gateway API/],
  ])('%o', async (ingress, missing, message) => {
    const { cluster, find } = scene();
    for (const kind of missing) cluster.missing.add(kind);
    await expect(find(ingress)).rejects.toThrow(message);
    expect(cluster.writes).toEqual([]);
  });

  it('and a Gateway that is not there', async () => {
    await expect(scene().find({ kind: 'gateway', gateway })).rejects.toThrow(/no Gateway shared in namespace infra/);
  });

  it('GKE’s policies are written where the class of the Gateway is one of GKE', async () => {
    const { cluster, find } = scene();
    const object = (gatewayClassName: string): KubeObject => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'shared', namespace: 'infra' },
      spec: { gatewayClassName },
    });
    cluster.patch(object('gke-l7-rilb'));
    expect((await find({ kind: 'gateway', gateway })).policies).toBe(true);
    cluster.patch(object('istio'));
    expect((await find({ kind: 'gateway', gateway })).policies).toBe(false);
  });
});

describe('an ingress controller that is retired', () => {
  it('is warned of, with what to use, and no other one is', async () => {
    const { ports } = scene(new StepClock(0));
    const steps = new Steps(ports.log, ports.clock);
    for (const kind of ['ingress', 'skipper', 'nginx'] as const) await located(ingressOf({ kind }), ports, steps);
    const warnings = ports.log.lines.filter((line) => line.startsWith('warning:'));
    expect(warnings).toEqual([
      expect.stringMatching(/ingress-nginx is retired since March 2026.*ingress.kind: gateway/),
    ]);
  });
});

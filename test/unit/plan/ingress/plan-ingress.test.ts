import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dashed, hostAt } from '../../../../src/objects/ingress/address.ts';
import { urlOf } from '../../../../src/objects/ingress/ingress-spec.ts';
import { planReviewIngress } from '../../../../src/plan/review/ingress.ts';
import { planFor } from '../../../../src/plan/rollout-plan.ts';
import { push } from '../../../support/unit/events.ts';
import { configOf } from '../../../support/unit/review.ts';

const review = (yaml: string) => planReviewIngress(configOf(yaml), 7);
const staging = (yaml: string) => {
  const config = configOf(yaml);
  const environment = config.environments?.staging;
  if (!environment) throw new Error('no staging');
  const inputs = {
    namespace: undefined,
    timeoutMs: undefined,
    onFailure: undefined,
    allowDowngrade: false,
    dryRun: false,
    takeOver: false,
  };
  return planFor('staging', environment, { parking: 'image' }, inputs, {
    config,
    event: push(),
    workingDirectory: '/',
  });
};

describe('kinds that differ between environments', () => {
  const health = 'deploy: { health: /healthz }';

  it('the class of another controller is not one of GKE, where nothing would be behind the Ingress', () => {
    const inherited = `${health}\ningress: { kind: nginx, class: nginx }\nreview: { tls: false, ingress: { kind: gke } }`;
    expect(() => review(inherited)).toThrow('"nginx" is not a class of ingress.kind: gke');
    expect(review(inherited.replace('kind: gke', 'kind: gke, class: gce-internal')).ingress?.className).toBe(
      'gce-internal',
    );
  });

  it('a kind of its own leaves the Gateway of the others; a Gateway beside it is a contradiction', () => {
    const shared = 'ingress: { kind: gateway, gateway: infra/shared }';
    expect(review(`${shared}\nreview: { ingress: { kind: nginx } }`).ingress).toMatchObject({
      kind: 'nginx',
      gateway: undefined,
    });
    const both = `${shared}\nreview: { ingress: { kind: nginx, gateway: infra/other } }`;
    expect(() => review(both)).toThrow('has no effect with kind: nginx');
  });
});

describe('a host that is made from an address', () => {
  it('has dashes for dots and colons, and never begins or ends with one', () => {
    expect(dashed('203.0.113.7')).toBe('203-0-113-7');
    expect(dashed('2A01:4f8:c17:b8f::2')).toBe('2a01-4f8-c17-b8f--2');
    expect(dashed('::1')).toBe('0--1');
    expect(dashed('2001:db8::')).toBe('2001-db8--0');
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => /^[0-9a-f]([0-9a-f-]*[0-9a-f])?$/.test(dashed(ip))));
    expect(hostAt('pr-7.{address}.nip.io', '203.0.113.7')).toBe('pr-7.203-0-113-7.nip.io');
  });

  it('is served by http, unless a certificate is named, and its URL is known once the cluster was asked', () => {
    const host = 'host: "pr-{number}.{address}.sslip.io"';
    const { ingress } = review(`review: { ${host} }\ningress: { class: nginx }`);
    expect(ingress).toMatchObject({ tls: { by: 'nobody' }, address: { from: 'class', className: 'nginx' } });
    expect(ingress && urlOf(ingress)).toBeUndefined();
    expect(ingress && urlOf({ ...ingress, host: hostAt(ingress.host, '203.0.113.7') })).toBe(
      'http://pr-7.203-0-113-7.sslip.io',
    );
    expect(review(`review: { ${host}, tls: { issuer: le } }\ningress: { class: nginx }`).ingress?.tls.by).toBe(
      'issuer',
    );
  });

  it.each([
    ['ingress: { address: 203.0.113.7, class: nginx }', { from: 'config', address: '203.0.113.7' }],
    [
      'ingress: { service: ingress/controller, class: nginx }',
      { from: 'service', namespace: 'ingress', name: 'controller' },
    ],
    ['ingress: { kind: gateway, gateway: infra/shared }', { from: 'gateway' }],
  ])('%s says where the address is', (yaml, address) => {
    expect(review(`review: { host: "pr-{number}.{address}.sslip.io" }\n${yaml}`).ingress?.address).toMatchObject(
      address,
    );
  });
});

describe('the ingress of environments', () => {
  it('takes the keys of ingress, and in place of them those of the environment', () => {
    const yaml = `
deploy: { health: /healthz }
ingress: { kind: gke, port: 8443 }
review: { host: "pr-{number}.acme.dev", ingress: { kind: gateway, gateway: infra/shared/https } }
environments: { staging: { namespace: s, host: s.acme.dev, tls: { managed: true } }, inside: { namespace: i } }`;
    expect(review(yaml).ingress).toMatchObject({
      kind: 'gateway',
      port: 8443,
      gateway: { namespace: 'infra', name: 'shared', section: 'https' },
    });
    expect(staging(yaml).spec.ingress).toMatchObject({ kind: 'gke', className: 'gce', tls: { by: 'managed' } });
    expect(staging(yaml).url).toBe('https://s.acme.dev:8443');
  });

  it('of objects of the team’s own is only their URL', () => {
    const yaml = `
deploy: { manifests: k8s }
ingress: { kind: gke }
environments: { staging: { namespace: s, host: s.acme.dev, tls: { managed: true } } }`;
    expect(staging(yaml).url).toBe('https://s.acme.dev');
  });

  it('an internal load balancer is GKE’s where the cluster is', () => {
    const gke = 'cluster: { gke: projects/p/locations/l/clusters/c }';
    expect(review(`ingress: { kind: load-balancer }\nreview: { ${gke} }`).ingress).toMatchObject({
      internal: 'gke',
      host: '',
    });
    expect(
      staging(`ingress: { kind: load-balancer }\nenvironments: { staging: { namespace: s, ${gke} } }`).spec.ingress
        ?.internal,
    ).toBe('gke');
  });
});

describe('R17: certificates of review environments', () => {
  it('are the shared one of the ingress controller by default; one for each host is warned of', () => {
    const host = 'host: "pr-{number}.acme.dev"';
    expect(review(`review: { ${host} }`)).toMatchObject({ ingress: { tls: { by: 'controller' } }, warnings: [] });
    const warned = [expect.stringContaining('50 a week')];
    expect(review(`review: { ${host}, tls: { issuer: le } }`).warnings).toEqual(warned);
    const annotations = 'ingress: { annotations: { cert-manager.io/cluster-issuer: le } }';
    expect(review(`review: { ${host} }\n${annotations}`).warnings).toEqual(warned);
  });
});

describe('before anything is written, it is refused', () => {
  const HOST = 'host: "pr-{number}.acme.dev"';
  it.each([
    [
      'review: { host: "pr-{number}.{address}.sslip.io" }',
      /review\.host: slipway\.yml does not say where Slipway reads the address for \{address\}/,
    ],
    [`review: { ${HOST} }\ningress: { kind: gateway }`, /needs the Gateway/],
    [`review: { ${HOST} }\ningress: { gateway: a/b }`, /ingress\.gateway: has no effect with kind: ingress/],
    [`review: { ${HOST}, tls: { secret: x } }\ningress: { kind: gateway, gateway: a/b }`, /are its own/],
    [
      `review: { ${HOST}, tls: { preShared: x } }\ningress: { kind: gke }`,
      /deploy\.health: ingress\.kind: gke requires it/,
    ],
    [`deploy: { health: / }\nreview: { ${HOST} }\ningress: { kind: gke }`, /has no certificate of its own/],
    [`deploy: { health: / }\nreview: { ${HOST}, tls: { managed: true } }\ningress: { kind: gke }`, /up to an hour/],
    [`review: { ${HOST}, tls: { preShared: x } }`, /need ingress\.kind: gke/],
    ['ingress: { kind: load-balancer }', /ingress\.internal: is missing/],
    [`review: { ${HOST} }\ningress: { kind: load-balancer, internal: none }`, /review\.host: a load balancer/],
    ['review: { tls: true }\ningress: { kind: load-balancer, internal: none }', /leaves TLS to the app/],
    [
      `review: { ${HOST}, access: { basicAuth: LOGIN } }`,
      /review\.access\.basicAuth: ingress\.kind: ingress does not support it/,
    ],
    [
      `review: { ${HOST}, access: { allow: [10.0.0.0/8] } }\ningress: { kind: gateway, gateway: a/b }`,
      /gateway does not support it/,
    ],
    [
      `review: { ${HOST}, tls: false, access: { basicAuth: LOGIN } }\ningress: { kind: nginx }`,
      /read the name and the password/,
    ],
    [
      `review: { ${HOST}, access: { allow: [10.0.0.0/8] } }\ningress: { kind: nginx, annotations: { nginx.ingress.kubernetes.io/satisfy: any } }`,
      /Slipway sets nginx\.ingress\.kubernetes\.io\/satisfy for review\.access/,
    ],
    [
      `review: { ${HOST}, access: { allow: [10.0.0.0/8] } }\ningress: { kind: nginx, annotations: { nginx.ingress.kubernetes.io/allowlist-source-range: 0.0.0.0/0 } }`,
      /Slipway sets nginx\.ingress\.kubernetes\.io\/allowlist-source-range for review\.access/,
    ],
  ])('%s', (yaml, message) => {
    expect(() => review(yaml)).toThrow(message);
  });

  it('guards that GKE cannot write are named, with those of Google Cloud', () => {
    const yaml = `deploy: { health: / }\nreview: { ${HOST}, tls: false, access: { allow: [10.0.0.0/8] } }\ningress: { kind: gke }`;
    expect(() => review(yaml)).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/Identity-Aware Proxy.*Cloud Armor/) }),
    );
  });
});

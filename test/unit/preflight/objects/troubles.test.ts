import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import type { Finding } from '../../../../src/preflight/finding.ts';
import { objectFindings } from '../../../../src/preflight/objects/judge.ts';
import type { Observed } from '../../../../src/preflight/objects/observed.ts';

/** An application on which nothing is said. Each trouble is one edit of it, and the way back is its remedy. */
const HEALTHY = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/shop:1.4.2
          args: [serve]
          env:
            - { name: DATABASE_URL, value: "postgres://db:5432/shop" }
            - { name: REDIS_URL, value: "redis://cache:6379" }
          ports: [{ name: http, containerPort: 8080 }, { name: grpc, containerPort: 9000 }]
          readinessProbe: { httpGet: { path: /healthz, port: http } }
          livenessProbe: { httpGet: { path: /livez, port: http } }
          securityContext: { runAsUser: 1000, runAsNonRoot: true }
      volumes:
        - { name: cache, emptyDir: {} }
        - { name: files, persistentVolumeClaim: { claimName: files } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: files, namespace: shop }
spec: { accessModes: [ReadWriteMany] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, annotations: { cloud.google.com/neg: '{"ingress": true}', cloud.google.com/backend-config: '{"default": "web"}' } }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http }, { name: grpc, port: 81, targetPort: grpc }]
---
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: { name: web, namespace: shop }
spec: { timeoutSec: 3600 }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations: { kubernetes.io/ingress.class: gce, kubernetes.io/ingress.global-static-ip-name: shop, networking.gke.io/managed-certificates: shop }
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - { path: /, backend: { service: { name: web, port: { name: http } } } }
          - { path: /socket.io, backend: { service: { name: web, port: { number: 80 } } } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: v1
kind: Service
metadata: { name: lobby, namespace: shop }
spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 9000, targetPort: grpc }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.20.0.7, ports: [{ port: 5432 }] }
`;

const judged = (text: string, more: Partial<Observed> = {}): Finding[] =>
  objectFindings({
    environment: 'production',
    production: true,
    objects: loadAll(text) as KubeObject[],
    ...more,
  });
const said = (findings: Finding[]) => findings.map(({ code, severity }) => `${code} ${severity}`);
/** The healthy application with one edit. */
const edited = (from: string, to: string) => {
  expect(HEALTHY.split(from).length, `${from} is in it once`).toBe(2);
  return HEALTHY.replace(from, to);
};

it('says nothing about a healthy application', () => {
  expect(said(judged(HEALTHY))).toEqual([]);
});

describe('one edit makes one finding', () => {
  const TROUBLES: [found: string, from: string, to: string][] = [
    ['moving-tag warning', 'shop:1.4.2', 'shop:latest'],
    ['moving-tag warning', 'shop:1.4.2', 'shop'],
    ['retired-image warning', 'ghcr.io/acme/shop:1.4.2', 'k8s.gcr.io/echoserver:1.4'],
    ['runs-as-root warning', 'runAsUser: 1000, runAsNonRoot: true', 'runAsUser: 0'],
    ['non-root-refused error', 'runAsUser: 1000', 'runAsUser: 0'],
    ['data-in-empty-dir note', 'name: cache, emptyDir', 'name: sessions, emptyDir'],
    [
      'data-in-empty-dir note',
      'readinessProbe: { httpGet: { path: /healthz, port: http } }',
      'readinessProbe: { httpGet: { path: /healthz, port: http } }\n          volumeMounts: [{ name: cache, mountPath: /srv/uploads }]',
    ],
    ['development-server warning', 'args: [serve]', 'command: [python, manage.py, runserver, "0.0.0.0:8080"]'],
    ['development-server warning', 'args: [serve]', 'command: [sh, -c, npx vite dev --host]'],
    ['moving-tag warning', 'shop:1.4.2', 'shop:lts-alpine'],
    ['moving-tag warning', 'shop:1.4.2', 'shop:nonroot'],
    ['claim-of-one-node warning', 'ReadWriteMany', 'ReadWriteOnce'],
    ['database-in-a-file warning', 'postgres://db:5432/shop', 'sqlite:///data/shop.db'],
    ['probe-of-unknown-port error', 'path: /livez, port: http', 'path: /livez, port: web'],
    ['probe-of-another-host error', 'path: /livez,', 'path: /livez, host: localhost,'],
    ['probe-without-tls warning', '/livez, port: http', '/livez, port: 8443'],
    ['liveness-of-others note', '/livez', '/ready'],
    ['dials-localhost warning', 'redis://cache:6379', 'redis://localhost:6379'],
    ['hard-wired-address warning', 'postgres://db:5432', 'postgres://10.20.0.7:5432'],
    ['hard-wired-address note', 'postgres://db:5432', 'postgres://10.20.0.8:5432'],
    ['budget-blocks-drains warning', 'maxUnavailable: 1', 'maxUnavailable: 0'],
    ['budget-blocks-drains warning', 'maxUnavailable: 1', 'minAvailable: 51%'],
    ['service-port-missing warning', 'port: 80, targetPort: http', 'port: 80, targetPort: web'],
    ['backend-port-missing error', 'port: { number: 80 }', 'port: { number: 8080 }'],
    [
      'backend-missing note',
      'path: /socket.io, backend: { service: { name: web',
      'path: /socket.io, backend: { service: { name: chat',
    ],
    ['balancer-without-endpoints error', '"ingress": true', '"ingress": false'],
    ['websocket-timeout warning', 'timeoutSec: 3600', 'logging: {}'],
    [
      'tcp-behind-http warning',
      '{ name: http, port: 80, targetPort: http }',
      '{ name: http, port: 80, targetPort: http, appProtocol: mqtt }',
    ],
    ['retired-api error', 'policy/v1', 'policy/v1beta1'],
  ];
  it.each(TROUBLES)('%s: %s → %s', (found, from, to) => {
    const findings = judged(edited(from, to));
    expect(said(findings)).toContain(found);
    expect(new Set(findings.map(({ code }) => code)).size, said(findings).join()).toBe(1);
    for (const { seen, remedy, why } of findings) expect(seen && remedy && why).toBeTruthy();
  });
});

describe('the load balancer of Google', () => {
  const unprobed = 'readinessProbe: { httpGet: { path: /healthz, port: http } }';

  it('asks GET / where neither a probe nor a BackendConfig names a path', () => {
    const tcp = edited(unprobed, 'readinessProbe: { tcpSocket: { port: http } }');
    expect(said(judged(tcp))).toEqual(['balancer-asks-root warning']);
    const config = tcp.replace('timeoutSec: 3600', 'timeoutSec: 3600, healthCheck: { requestPath: /healthz }');
    expect(said(judged(config))).toEqual([]);
  });

  it('serves an Ingress without a class that has its annotations', () => {
    const classless = HEALTHY.replace('kubernetes.io/ingress.class: gce, ', '');
    expect(said(judged(classless))).toEqual([]);
    expect(said(judged(classless.replace(unprobed, '')))).toContain('balancer-asks-root warning');
    const both = classless.replace(
      'networking.gke.io',
      'nginx.ingress.kubernetes.io/proxy-body-size: 50m, networking.gke.io',
    );
    expect(said(judged(both))).toEqual(['annotation-of-another-controller warning']);
  });

  it('is not assumed for another class', () => {
    const other = HEALTHY.replace(/annotations: \{ kubernetes.io\/ingress.*/, 'annotations: {}').replace(
      unprobed,
      'readinessProbe: { tcpSocket: { port: http } }',
    );
    expect(said(judged(other))).toEqual([]);
  });
});

it('a container behind a Service without a probe', () => {
  const text = edited('readinessProbe: { httpGet: { path: /healthz, port: http } }', '');
  expect(said(judged(text)).filter((one) => one.startsWith('no-'))).toEqual(['no-readiness-probe warning']);
});

it('annotations of another controller', () => {
  const nginx = '{ nginx.ingress.kubernetes.io/proxy-body-size: 50m, kubernetes.io/ingress.class: traefik }';
  const ingress = (annotations: string) =>
    HEALTHY.replace(/annotations: \{ kubernetes.io\/ingress.*/, `annotations: ${annotations}`);
  expect(said(judged(ingress(nginx)))).toEqual(['annotation-of-another-controller warning']);
  expect(said(judged(ingress(nginx.replace('traefik', 'gateway-of-ours'))))).toEqual([]);
  const address = '{ kubernetes.io/ingress.global-static-ip-name: shop, kubernetes.io/ingress.class: traefik }';
  expect(said(judged(ingress(address)))).toEqual(['annotation-of-another-controller warning']);
});

it('nginx of F5 has the class of the retired controller, and is another one', () => {
  const ingress = (annotation: string) =>
    HEALTHY.replace(
      /annotations: \{ kubernetes.io\/ingress.*/,
      `annotations: { kubernetes.io/ingress.class: nginx, ${annotation}: "1" }`,
    );
  expect(said(judged(ingress('nginx.ingress.kubernetes.io/proxy-body-size')))).toEqual(['retired-controller note']);
  expect(said(judged(ingress('nginx.org/proxy-read-timeout')))).toEqual([]);
});

it('a Service none of whose ports leads anywhere', () => {
  const text = edited('targetPort: grpc }] }', 'targetPort: lobby }] }');
  expect(said(judged(text))).toEqual(['service-port-missing error']);
});

it('a chart that was rendered without the cluster may choose its versions by it', () => {
  const old = edited('policy/v1', 'policy/v1beta1');
  expect(said(judged(old, { rendersByVersion: true }))).toEqual(['retired-api warning']);
});

it('an agent of the node may be root', () => {
  const root = edited('runAsUser: 1000, runAsNonRoot: true', 'runAsUser: 0');
  expect(said(judged(root.replace('emptyDir: {}', 'hostPath: { path: /var/log }')))).toEqual([]);
});

it('gRPC behind a route that speaks HTTP/1.1', () => {
  const grpc = edited('port: { number: 80 }', 'port: { number: 81 }');
  expect(said(judged(grpc))).toContain('grpc-behind-http1 warning');
  const told = grpc.replace(
    'annotations: { cloud',
    `annotations: { cloud.google.com/app-protocols: '{"grpc":"HTTP2"}', cloud`,
  );
  expect(said(judged(told))).not.toContain('grpc-behind-http1 warning');
});

it('two budgets of the same pods', () => {
  const second = HEALTHY.match(/apiVersion: policy[^-]*/)?.[0].replace('name: web', 'name: again');
  expect(said(judged(`${HEALTHY}---\n${second}`))).toEqual(['budgets-overlap warning', 'budgets-overlap warning']);
  expect(said(judged(`${HEALTHY}---\n${second?.replace('name: again', 'name: web')}`))).toEqual([]);
});

it('an address of the live cluster is proven, with its owner', () => {
  const live = new Map([['10.20.0.8', 'Node n1']]);
  const [found] = judged(edited('postgres://db:5432', 'postgres://10.20.0.8:5432'), { live });
  expect(found).toMatchObject({ code: 'hard-wired-address', severity: 'error', confidence: 'proven' });
  expect(found?.seen).toContain('Node n1');
});

it('an allow list behind a load balancer that hides its clients', () => {
  const list = edited('args: [serve]', 'args: [serve, --allow-ips=203.0.113.9]');
  expect(said(judged(list))).toEqual([]);
  expect(said(judged(list.replace('externalTrafficPolicy: Local, ', '')))).toEqual(['client-address-lost note']);
});

it('the images of the app are deployed by digest', () => {
  const own = ['ghcr.io/acme/shop'];
  expect(said(judged(edited('shop:1.4.2', 'shop:latest'), { own }))).toEqual([]);
});

it('an emptyDir below a cache is no data', () => {
  const mount = (path: string) =>
    edited('args: [serve]', `args: [serve]\n          volumeMounts: [{ name: cache, mountPath: ${path} }]`);
  expect(said(judged(mount('/var/cache/media')))).toEqual([]);
  expect(said(judged(mount('/tmp/uploads')))).toEqual([]);
});

describe('a budget', () => {
  const budget = 'maxUnavailable: 1, selector: { matchLabels: { app: web } }';
  it.each([
    ['with an empty selector is for all pods', 'minAvailable: 2, selector: {}', ['budget-blocks-drains warning']],
    [
      'that selects by expressions is not judged',
      'minAvailable: 2, selector: { matchLabels: { app: web }, matchExpressions: [{ key: x, operator: Exists }] }',
      [],
    ],
  ])('%s', (_what, spec, found) => expect(said(judged(edited(budget, spec)))).toEqual(found));

  it('of another namespace is not for these pods', () => {
    const text = edited(budget, budget.replace('maxUnavailable: 1', 'minAvailable: 2'));
    expect(said(judged(text))).toEqual(['budget-blocks-drains warning']);
    expect(
      said(
        judged(
          text.replace(
            'metadata: { name: web, namespace: shop }\nspec: { minA',
            'metadata: { name: web, namespace: other }\nspec: { minA',
          ),
        ),
      ),
    ).toEqual([]);
  });
});

it('a route to a Service of another namespace is not judged by these', () => {
  const route = (namespace: string) =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec: { rules: [{ backendRefs: [{ name: far, port: 80${namespace} }] }] }`;
  expect(said(judged(`${HEALTHY}---\n${route('')}`))).toEqual(['backend-missing note']);
  expect(said(judged(`${HEALTHY}---\n${route(', namespace: other')}`))).toEqual([]);
});

it.each(['nightly-2027-01-31', 'stable-20270131', 'main-4f2a9c1', '3-alpine', 'v1-latest-2'])(
  'the tag %s stays',
  (tag) => {
    expect(said(judged(edited('shop:1.4.2', `shop:${tag}`)))).toEqual([]);
  },
);

it('a ConfigMap with an address, unless it is for a name server', () => {
  const map = (key: string) =>
    `${HEALTHY}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: shop }\ndata: { ${key}: 10.3.4.5 }`;
  expect(said(judged(map('settings.ini')))).toEqual(['hard-wired-address note']);
  expect(said(judged(map('shop.server')))).toEqual([]);
});

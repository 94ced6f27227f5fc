import { describe, expect, it } from 'vitest';
import { edited, HEALTHY, judged, said } from './healthy-app.ts';

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

it('a container behind a Service without a probe', () => {
  const text = edited('readinessProbe: { httpGet: { path: /healthz, port: http } }', '');
  expect(said(judged(text)).filter((one) => one.startsWith('no-'))).toEqual(['no-readiness-probe warning']);
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

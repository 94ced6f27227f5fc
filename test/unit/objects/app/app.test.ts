import { describe, expect, it } from 'vitest';
import { appObjects, appSpec, ingressOf, migrationJob } from '../../../support/kube/spec.ts';

interface Pod {
  terminationGracePeriodSeconds: number;
  containers: { [field: string]: unknown; env: { name: string; value: string }[] }[];
}
const kinds = (overrides: Parameters<typeof appSpec>[0]) => appObjects(appSpec(overrides)).map(({ kind }) => kind);
const find = (kind: string, overrides: Parameters<typeof appSpec>[0] = {}) => {
  const object = appObjects(appSpec(overrides)).find((one) => one.kind === kind);
  if (!object) throw new Error(`no ${kind}`);
  return object;
};
const podOf = (overrides: Parameters<typeof appSpec>[0] = {}) =>
  (find('Deployment', overrides).spec as { template: { spec: Pod } }).template.spec;
const containerOf = (overrides: Parameters<typeof appSpec>[0] = {}) => podOf(overrides).containers[0];

const ingress = ingressOf();

describe('the objects of an app', () => {
  it('are a Deployment and a Service, an Ingress with a host, a PodDisruptionBudget with two pods or more', () => {
    expect(kinds({ replicas: 1 })).toEqual(['Deployment', 'Service']);
    expect(kinds({ replicas: 2 })).toEqual(['Deployment', 'Service', 'PodDisruptionBudget']);
    expect(kinds({ replicas: 1, ingress })).toEqual(['Deployment', 'Service', 'Ingress']);
  });

  it('never have fewer ready pods than wanted while they roll', () => {
    expect(find('Deployment').spec).toMatchObject({
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
    });
  });

  it('select the pods that serve, not those that migrate, by labels that never change', () => {
    const selector = { 'slipway.dev/app': 'web', 'app.kubernetes.io/component': 'web' };
    const labels = { 'slipway.dev/environment': 'staging' };
    expect(find('Deployment', { labels }).spec).toMatchObject({ selector: { matchLabels: selector } });
    expect((find('Deployment', { labels }).spec as { selector: unknown }).selector).toEqual({ matchLabels: selector });
    expect((find('Service', { labels }).spec as { selector: unknown }).selector).toEqual(selector);
    const job = migrationJob(appSpec({ labels }), 'flask db upgrade');
    const template = (job.spec as { template: { metadata: { labels: Record<string, string> } } }).template;
    expect(template.metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'migration', ...labels });
  });

  it('ask the health path, or for a connection where there is none', () => {
    expect(containerOf()?.readinessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'http' } });
    expect(containerOf()?.startupProbe).toMatchObject({
      httpGet: { path: '/healthz', port: 'http' },
      periodSeconds: 1,
    });
    expect(containerOf({ health: undefined })?.readinessProbe).toMatchObject({ tcpSocket: { port: 'http' } });
  });

  it('F1: have deploy.startup until the health check must have passed', () => {
    expect(containerOf({ startupMs: 90_000 })?.startupProbe).toMatchObject({ periodSeconds: 1, failureThreshold: 90 });
    expect(containerOf({ startupMs: 0 })?.startupProbe).toMatchObject({ failureThreshold: 1 });
  });

  it('F8: ask with the host of the app, where it has one and it is known', () => {
    const headersOf = (host: string) =>
      (containerOf({ ingress: { ...ingress, host } })?.readinessProbe as { httpGet: object } | undefined)?.httpGet;
    expect(headersOf('parking.acme.dev')).toMatchObject({ httpHeaders: [{ name: 'Host', value: 'parking.acme.dev' }] });
    expect(headersOf('{address}.nip.io')).not.toHaveProperty('httpHeaders');
    expect(headersOf('')).not.toHaveProperty('httpHeaders');
    expect(containerOf()?.readinessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'http' } });
  });

  it('serve on while the Service forgets them: by the server’s own sleep, or by that of the image', () => {
    expect(containerOf({ drainMs: 4_200 })?.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(containerOf({ drainMs: 4_200, nativeSleep: false })?.lifecycle).toEqual({
      preStop: { exec: { command: ['sleep', '5'] } },
    });
    expect(podOf({ drainMs: 4_200 }).terminationGracePeriodSeconds).toBe(35);
  });

  it('let images run that start as root, unless it is restricted', () => {
    expect(containerOf()?.securityContext).not.toHaveProperty('runAsNonRoot');
    expect(containerOf()?.securityContext).toMatchObject({ allowPrivilegeEscalation: false });
    expect(containerOf({ security: 'restricted' })?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('tell the app its port, and let it be told otherwise', () => {
    expect(containerOf({ port: 9000 })?.env).toEqual([{ name: 'PORT', value: '9000' }]);
    expect(containerOf({ env: { PORT: '1', A: 'b' } })?.env).toEqual([
      { name: 'PORT', value: '1' },
      { name: 'A', value: 'b' },
    ]);
  });

  it('take the keys of Secrets as variables', () => {
    expect(containerOf({ secrets: ['database'] })?.envFrom).toEqual([{ secretRef: { name: 'database' } }]);
    expect(containerOf()).not.toHaveProperty('envFrom');
  });

  it('limit memory, and share the processor', () => {
    expect(containerOf({ resources: { cpu: '250m', memory: '256Mi' } })?.resources).toEqual({
      requests: { cpu: '250m', memory: '256Mi' },
      limits: { memory: '256Mi' },
    });
    expect(containerOf()?.resources).toEqual({});
  });

  it('run a shell line by sh, and a list as it is', () => {
    expect(containerOf({ command: 'gunicorn app' })?.command).toEqual(['sh', '-c', 'gunicorn app']);
    expect(containerOf({ command: ['gunicorn', 'app'] })?.command).toEqual(['gunicorn', 'app']);
    expect(containerOf()).not.toHaveProperty('command');
  });

  it('serve https by the ingress controller’s certificate, or by cert-manager’s', () => {
    expect(find('Ingress', { ingress }).spec).toMatchObject({ tls: [{ hosts: ['parking.acme.dev'] }] });
    const annotations = { 'cert-manager.io/cluster-issuer': 'letsencrypt' };
    expect(find('Ingress', { ingress: ingressOf({ annotations }) }).spec).toMatchObject({
      tls: [{ hosts: ['parking.acme.dev'], secretName: 'web-tls' }],
    });
    expect(find('Ingress', { ingress: ingressOf({ tls: { by: 'nobody' } }) }).spec).not.toHaveProperty('tls');
  });
});

describe('the migration Job', () => {
  const nameOf = (...args: Parameters<typeof migrationJob>) => migrationJob(...args).metadata.name;

  it('is another one for another image or command, and the same one for the same', () => {
    const image = `registry.example/apps/parking@sha256:${'2'.repeat(64)}`;
    expect(nameOf(appSpec(), 'migrate')).toBe(nameOf(appSpec(), 'migrate'));
    expect(nameOf(appSpec({ env: { A: 'b' } }), 'migrate')).toBe(nameOf(appSpec(), 'migrate'));
    expect(nameOf(appSpec({ image }), 'migrate')).not.toBe(nameOf(appSpec(), 'migrate'));
    expect(nameOf(appSpec(), 'migrate --all')).not.toBe(nameOf(appSpec(), 'migrate'));
  });

  it('has a name that fits, however long the app’s is', () => {
    const name = nameOf(appSpec({ name: 'a'.repeat(60) }), 'migrate');
    expect(name.length).toBeLessThanOrEqual(63);
  });

  it('runs once, in the app’s own pod without its probes', () => {
    const spec = appSpec({ env: { A: 'b' }, secrets: ['database'], resources: { memory: '1Gi' } });
    expect(migrationJob(spec, 'flask db upgrade').spec).toMatchObject({
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'migrate',
              image: spec.image,
              command: ['sh', '-c', 'flask db upgrade'],
              envFrom: [{ secretRef: { name: 'database' } }],
              resources: { limits: { memory: '1Gi' } },
            },
          ],
        },
      },
    });
    const text = JSON.stringify(migrationJob(spec, 'x'));
    expect(text).not.toMatch(/readinessProbe|startupProbe|preStop|containerPort/);
  });
});

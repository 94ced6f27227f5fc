import type { Migration } from '../../../src/config/workloads.ts';
import * as app from '../../../src/objects/app/app.ts';
import type { AppSpec, ProcessSpec } from '../../../src/objects/app/app-spec.ts';
import type { PlannedApp } from '../../../src/objects/app/app-spec-of.ts';
import * as deployment from '../../../src/objects/app/deployment.ts';
import type { IngressSpec } from '../../../src/objects/ingress/ingress-spec.ts';
import type { KubeObject } from '../../../src/ports.ts';

/** An app of one process, as the short form of slipway.yml describes it. `image` is a reference by digest. */
export type OneApp = Omit<AppSpec, 'images' | 'processes' | 'crons'> &
  Omit<ProcessSpec, 'name' | 'component' | 'container' | 'host' | 'paths' | 'after'>;

/** A small app; a test states only what differs. */
export function appSpec(overrides: Partial<OneApp> = {}): OneApp {
  return {
    name: 'web',
    namespace: 'parking-staging',
    image: `registry.example/apps/parking@sha256:${'1'.repeat(64)}`,
    port: 8080,
    health: '/healthz',
    replicas: 2,
    command: undefined,
    env: {},
    secrets: [],
    resources: {},
    startupMs: 300_000,
    drainMs: 1_000,
    graceMs: 30_000,
    ingress: undefined,
    labels: {},
    podAnnotations: {},
    nativeSleep: true,
    security: 'ordinary',
    ...overrides,
  };
}

/** The same app as the builders of objects take it. */
export function asSpec({ name, namespace, ingress, login, labels, nativeSleep, security, ...one }: OneApp): AppSpec {
  const process = {
    ...one,
    image: name,
    name,
    component: 'web',
    container: name,
    host: undefined,
    paths: ['/'],
    after: [],
  };
  const whole = { name, namespace, ingress, login, labels, nativeSleep, security };
  return { ...whole, images: { [name]: one.image }, processes: [process], crons: [] };
}

/** The same app with other values of its one process. */
export function changed(spec: PlannedApp, overrides: Partial<ProcessSpec>): PlannedApp {
  return { ...spec, processes: spec.processes.map((process) => ({ ...process, ...overrides })) };
}

export function appObjects(one: OneApp): KubeObject[] {
  return app.appObjects(asSpec(one));
}

export function migrationJob(one: OneApp, command: Migration['command']): KubeObject {
  return app.migrationJob(asSpec(one), { image: one.name, command });
}

export function deploymentObject(one: OneApp): KubeObject {
  const spec = asSpec(one);
  const [process] = spec.processes;
  if (process === undefined) throw new Error('one app has one process');
  return deployment.deploymentObject(spec, process);
}

/** A plain Ingress; a test states only what differs. */
export function ingressOf(overrides: Partial<IngressSpec> = {}): IngressSpec {
  return {
    kind: 'ingress',
    host: 'parking.acme.dev',
    className: undefined,
    annotations: {},
    tls: { by: 'controller' },
    port: undefined,
    address: undefined,
    gateway: undefined,
    policies: undefined,
    internal: undefined,
    timeoutSeconds: 3_600,
    access: undefined,
    ...overrides,
  };
}

import type { AppSpec } from '../../../src/objects/app/app-spec.ts';
import type { IngressSpec } from '../../../src/objects/ingress/ingress-spec.ts';

/** A small app; a test states only what differs. */
export function appSpec(overrides: Partial<AppSpec> = {}): AppSpec {
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
    startupMs: 600_000,
    drainMs: 1_000,
    ingress: undefined,
    labels: {},
    podAnnotations: {},
    nativeSleep: true,
    security: 'ordinary',
    ...overrides,
  };
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

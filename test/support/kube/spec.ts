import type { AppSpec } from '../../../src/plan/objects/app.ts';

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
    drainMs: 1_000,
    ingress: undefined,
    labels: {},
    podAnnotations: {},
    nativeSleep: true,
    security: 'ordinary',
    ...overrides,
  };
}

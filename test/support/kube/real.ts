import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { http } from '../../../src/adapters/http/http.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { createRenderer } from '../../../src/adapters/kube/render/renderer.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import type { DeliveryPorts } from '../../../src/stages/rollout/ports.ts';
import type { TestPlatform } from '../platform.ts';
import { memoryLog } from './cluster.ts';
import { appSpec, type OneApp } from './spec.ts';

/** A web server in the Python base image; it ends on SIGTERM, which a program that is process 1 would ignore. */
export function serve(port = 8080, address = '0.0.0.0'): string[] {
  const program = [
    'import signal, sys, http.server as h',
    'signal.signal(15, lambda *_: sys.exit(0))',
    `h.test(h.SimpleHTTPRequestHandler, port=${port}, bind="${address}")`,
  ];
  return ['python3', '-c', program.join('; ')];
}

/** A small app that runs on the platform. */
export function servingApp({ platform }: TestPlatform, namespace: string, overrides: Partial<OneApp> = {}): OneApp {
  const image = platform.baseImages.python;
  return appSpec({ namespace, image, health: '/', replicas: 1, command: serve(), drainMs: 1_000, ...overrides });
}

/** Everything real but GitHub, which is asked nothing. */
export function realPorts(test: TestPlatform, cluster: KubeCluster, signal = new AbortController().signal) {
  const log = memoryLog();
  const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
  const registry = new OciRegistry({
    env: { ...process.env, ...test.env },
    clock: systemClock,
    log,
    googleAccessToken,
  });
  const renderer = createRenderer({ ...process.env, ...test.env }, cluster.connection);
  return {
    cluster,
    log,
    clock: systemClock,
    signal,
    registry,
    github: undefined,
    http,
    renderer,
    variables: { read: () => undefined },
  } satisfies DeliveryPorts;
}

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGateway, type GatewayPrograms, gatewayDefinitions } from './build/gateway.ts';
import { start, untilReady } from './machine/daemon.ts';
import { kubectl } from './machine/kubectl.ts';
import { locked } from './machine/lock.ts';
import { run } from './machine/run.ts';
import { ports } from './network.ts';
import { stateDir } from './paths.ts';
import type { Platform } from './types.ts';

/** A Gateway that Contour and Envoy serve on this machine's own address. */
export interface LocalGateway {
  /** `namespace/name`, as `ingress.gateway` has it. */
  name: string;
  namespace: string;
  /** Where Envoy listens for the listener `http`, and for a listener of `tlsListenerPort`. */
  port: number;
  tlsPort: number;
  /** Port that a listener with TLS must have in the Gateway. */
  tlsListenerPort: number;
}

const NAMESPACE = 'gateways';
const NAME = 'shared';
/** Contour lets Envoy listen on the port of the listener and 8000: the ports below 1024 belong to root. */
const OFFSET = 8000;
const own = { port: ports.gateway, tlsPort: ports.gatewayTls, tlsListenerPort: ports.gatewayTls - OFFSET };
export const localGateway: LocalGateway = { name: `${NAMESPACE}/${NAME}`, namespace: NAMESPACE, ...own };

const manifest = `
apiVersion: v1
kind: Namespace
metadata: { name: ${NAMESPACE} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: contour }
spec: { controllerName: projectcontour.io/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${NAME}, namespace: ${NAMESPACE} }
spec:
  gatewayClassName: contour
  listeners:
  - name: http
    protocol: HTTP
    port: ${ports.gateway - OFFSET}
    allowedRoutes: { namespaces: { from: All } }
`;

/** Contour serves this one Gateway, and no Ingress. */
const settings = `gateway:
  gatewayRef: { namespace: ${NAMESPACE}, name: ${NAME} }
`;

/**
 * Builds and starts a Gateway API controller, for the tests that ask for it: the kinds of the Gateway API, Contour and Envoy.
 * They stay until `local:down`. Does nothing where they run.
 */
export async function ensureGateway(platform: Pick<Platform, 'kubeconfig' | 'context'>): Promise<LocalGateway> {
  await locked(async () => {
    const programs = await buildGateway();
    await applyKinds(platform, programs.definitions);
    await kubectl(platform, [...APPLY, '--filename=-'], manifest);
    await startPrograms(programs, platform);
  });
  return localGateway;
}

/** The kinds of the Gateway API, without a controller. They stay until `local:down`. */
export async function ensureGatewayKinds(platform: Pick<Platform, 'kubeconfig' | 'context'>): Promise<void> {
  await locked(async () => applyKinds(platform, (await gatewayDefinitions()).slice(0, 1)));
}

const APPLY = ['apply', '--server-side', '--force-conflicts', '--field-manager=slipway-local'];

async function applyKinds(platform: Pick<Platform, 'kubeconfig' | 'context'>, files: readonly string[]): Promise<void> {
  const names = files.map((file) => `--filename=${file}`);
  await kubectl(platform, [...APPLY, ...names]);
  await kubectl(platform, ['wait', '--for=condition=Established', '--timeout=60s', ...names]);
}

async function startPrograms({ contour, envoy }: GatewayPrograms, { kubeconfig }: Pick<Platform, 'kubeconfig'>) {
  const folder = join(stateDir, 'gateway');
  await mkdir(folder, { recursive: true });
  const [config, bootstrap] = [join(folder, 'contour.yaml'), join(folder, 'envoy.json')];
  await writeFile(config, settings);
  const here = '127.0.0.1';
  const server = [`--xds-address=${here}`, `--xds-port=${ports.contour}`];
  await start({
    name: 'contour',
    onDemand: true,
    ofCluster: true,
    program: contour,
    args: [
      ...['serve', `--kubeconfig=${kubeconfig}`, `--config-path=${config}`, '--disable-leader-election', '--insecure'],
      ...[...server, `--http-address=${here}`, `--http-port=${ports.contourHealth}`],
      ...[`--health-address=${here}`, `--health-port=${ports.contourHealth}`],
      ...[`--debug-http-address=${here}`, `--debug-http-port=${ports.contourDebug}`],
      ...[`--stats-address=${here}`, `--stats-port=${ports.envoyStats}`],
      ...[`--ingress-status-address=${here}`, '--ingress-class-name=nothing-of-contour'],
    ],
  });
  await untilReady('contour', () => answers(ports.contourHealth, '/healthz'));
  if (!existsSync(bootstrap))
    await run(contour, ['bootstrap', bootstrap, ...server, `--admin-address=${join(folder, 'envoy.sock')}`]);
  const args = [
    ...['--config-path', bootstrap, '--service-cluster', NAMESPACE, '--service-node', 'local'],
    ...['--log-level', 'warn', '--use-dynamic-base-id', '--concurrency', '1'],
  ];
  // This build of Envoy ends with the process that started it: a shell stays its parent, and ends it.
  await start({
    name: 'envoy',
    onDemand: true,
    ofCluster: true,
    program: '/bin/sh',
    args: ['-c', '"$@" & wait', 'sh', envoy, ...args],
  });
  await untilReady('envoy', () => answers(ports.envoyStats, '/ready'));
}

function answers(port: number, path: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}${path}`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

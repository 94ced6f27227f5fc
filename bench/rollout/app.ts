import type { KubeObject } from '../../src/ports.ts';

/** What the pods of the app run. */
export interface Version {
  /** Stands in the pods' annotations: tells those of one rollout from all others. */
  run: string;
  image: string;
  command: string[];
}

export const RUN = 'bench.slipway.dev/run';
export const REPLICAS = 3;
const NAME = 'bench';
const PORT = 8080;

/** A web server in the one language that the smallest base image has; it ends when it is told to. */
const SERVER = `use strict; use IO::Socket::INET;
$SIG{TERM} = sub { exit 0 };
my $socket = IO::Socket::INET->new(LocalPort => ${PORT}, Listen => 64, ReuseAddr => 1) or die $!;
while (my $client = $socket->accept) {
  my $line = <$client>;
  print $client "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nConnection: close\\r\\n\\r\\nok\\n";
  close $client;
}`;

export const serve = ['perl', '-e', SERVER];

/** Six objects of which one has to be waited for: Deployment, Service, Ingress, ConfigMap, ServiceAccount, disruption budget. */
export function appObjects({ run, image, command }: Version, host: string): KubeObject[] {
  const labels = { app: NAME };
  const metadata = { name: NAME, labels };
  const container = {
    name: NAME,
    image,
    command,
    ports: [{ name: 'http', containerPort: PORT }],
    env: [{ name: 'RUN', value: run }],
    envFrom: [{ configMapRef: { name: NAME } }],
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
  };
  const template = {
    metadata: { labels, annotations: { [RUN]: run } },
    spec: { serviceAccountName: NAME, terminationGracePeriodSeconds: 5, containers: [container] },
  };
  const backend = { service: { name: NAME, port: { name: 'http' } } };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { GREETING: 'hello' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ name: 'http', port: 80 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: REPLICAS,
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
        template,
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    },
  ];
}

export const MANY_KINDS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
];

/** Small objects that are ready when they are written: a Deployment without pods, and four ConfigMaps to each Service. */
export function manyObjects(count: number, image: string): KubeObject[] {
  const labels = { app: NAME };
  const template = { metadata: { labels }, spec: { containers: [{ name: NAME, image }] } };
  return Array.from({ length: count }, (_, index) => {
    const metadata = { name: `bench-${String(index).padStart(4, '0')}`, labels };
    if (index === 0) {
      const spec = { replicas: 0, selector: { matchLabels: labels }, template };
      return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
    }
    return index % 5 === 0
      ? { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: 80 }] } }
      : { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { index: String(index), text: 'x'.repeat(500) } };
  });
}

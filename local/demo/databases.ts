import { randomBytes } from 'node:crypto';
import type { Platform } from '../platform.ts';
import { platformEnv } from '../platform.ts';
import { program } from './program.ts';

type Labels = Record<string, string>;

/** Label of everything that the demo itself puts into the cluster, beside what Slipway does. */
const LABEL = 'slipway.dev/demo';

/** The Secret with DATABASE_URL of an example, as its slipway.yml names it. */
export const secretOf = (example: string): string => `${example}-database`;

/**
 * What an operator prepares once for a persistent environment: the namespace, a database server (Cloud SQL on Google
 * Cloud; here PostgreSQL in the namespace) and a Secret with the URL. Slipway neither creates nor changes them.
 * Applying it again keeps the database and its password. It does not wait until the server is ready: `databaseReady` does.
 */
export async function prepareEnvironment(platform: Platform, example: string, namespace: string): Promise<void> {
  const kubectl = kubectlOf(platform);
  const apply = (...items: object[]) =>
    kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const { space, secret, server } = environmentObjects(example, namespace, platform.baseImages.postgres, {
    [LABEL]: example,
  });
  await apply(space);
  const named = ['--namespace', namespace, 'get', 'secret', secret.metadata.name, '--ignore-not-found', '-o', 'name'];
  await apply(...((await kubectl(named)).trim() === '' ? [secret] : []), ...server);
}

/** The objects of such an environment, with a new password. @param labels of all of them */
export function environmentObjects(example: string, namespace: string, image: string, labels: Labels) {
  const password = randomBytes(18).toString('base64url');
  const url = `postgresql://${example}:${password}@sql:5432/${example}`;
  return {
    space: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    secret: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretOf(example), namespace, labels },
      stringData: { DATABASE_URL: url, POSTGRES_PASSWORD: password },
    },
    server: server(example, namespace, image, labels),
  };
}

/** Resolves when the database of an environment accepts connections. */
export async function databaseReady(platform: Platform, namespace: string): Promise<void> {
  await kubectlOf(platform)(['--namespace', namespace, 'rollout', 'status', 'statefulset/sql', '--timeout=180s']);
}

function kubectlOf(platform: Platform) {
  return (args: string[], input?: string) =>
    program('kubectl', ['--context', platform.context, ...args], { env: platformEnv(platform), input });
}

function server(example: string, namespace: string, image: string, more: Labels) {
  const labels = { ...more, 'app.kubernetes.io/name': 'sql' };
  const metadata = { name: 'sql', namespace, labels };
  const password = { secretKeyRef: { name: secretOf(example), key: 'POSTGRES_PASSWORD' } };
  const asked = { exec: { command: ['pg_isready', '-h', '127.0.0.1', '-U', example] }, timeoutSeconds: 5 };
  const container = {
    name: 'postgres',
    image,
    env: [
      { name: 'POSTGRES_USER', value: example },
      { name: 'POSTGRES_DB', value: example },
      { name: 'POSTGRES_PASSWORD', valueFrom: password },
      { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
    ],
    ports: [{ containerPort: 5432 }],
    // Each is a process in the container: often while it starts, and then now and then.
    startupProbe: { ...asked, periodSeconds: 1, failureThreshold: 180 },
    readinessProbe: { ...asked, periodSeconds: 10 },
    volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }],
  };
  const volume = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  const selector = { 'app.kubernetes.io/name': 'sql' };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', selector, ports: [{ port: 5432 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: {
        serviceName: 'sql',
        selector: { matchLabels: selector },
        template: { metadata: { labels }, spec: { containers: [container] } },
        volumeClaimTemplates: [volume],
      },
    },
  ];
}

/** Deletes what demos made in the cluster, the namespaces with all that is in them; waits until they are gone. */
export async function removeEnvironments(platform: Platform): Promise<void> {
  await kubectlOf(platform)(['delete', 'namespace', '--selector', LABEL, '--wait']);
}

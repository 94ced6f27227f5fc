import { UserError } from '../../errors.ts';
import type { KubeObject } from '../../ports.ts';
import { LABELS } from '../names.ts';
import { type Credentials, ENGINES } from '../services/engines.ts';
import { planService } from '../services/service.ts';
import { DATABASE, DATABASE_ANNOTATIONS, DATABASE_UID, type DatabaseEngine, type PlannedDatabase } from './database.ts';
import { type Owner, ownerLabels, PART_LABEL } from './owner.ts';
import { readinessLine } from './scripts.ts';
import { containerSecurity, podSecurityContext } from './security.ts';

const MEMORY: Record<DatabaseEngine, string> = { postgres: '512Mi', mysql: '1Gi', mariadb: '1Gi' };
/** Folder of the volume. The data is a folder in it, which its server makes private and which no `lost+found` disturbs. */
const VOLUME = '/var/lib/slipway';

/** What the app is told: the connection as a URL and in parts, under the names that frameworks expect. */
export function databaseVariables(database: PlannedDatabase, password: string): Record<string, string> {
  const credentials: Credentials = { user: database.user, password, database: database.user };
  return planService({ engine: database.engine }, credentials, 'review.database', DATABASE).clientEnv;
}

/** The Secret with the connection. It is made once, with a password that is never changed. */
export function databaseSecret(
  database: PlannedDatabase,
  owner: Owner,
  namespace: string,
  password: string,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: DATABASE, namespace, labels: labelsOf(owner) },
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries(databaseVariables(database, password)).map(([name, value]) => [
        name,
        Buffer.from(value).toString('base64'),
      ]),
    ),
  };
}

/**
 * The password in a Secret made by `databaseSecret`.
 * @throws UserError when it is not in there
 */
export function databasePassword(secret: KubeObject, database: PlannedDatabase): string {
  const key = ENGINES[database.engine].credentialVariables.password ?? '';
  const encoded = (secret.data as Record<string, string> | undefined)?.[key];
  if (encoded) return Buffer.from(encoded, 'base64').toString();
  throw new UserError(`Secret ${secret.metadata.namespace}/${DATABASE} holds no ${key}`, {
    remedy: 'Put it back, or begin anew: run review-environment with `operation: reset-database`.',
  });
}

/** The headless Service by which the database is found, under the host name `database`. */
export function databaseService(database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  const { port } = ENGINES[database.engine];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: DATABASE, namespace, labels: labelsOf(owner) },
    spec: {
      clusterIP: 'None',
      selector: { [PART_LABEL]: DATABASE },
      ports: [{ name: database.engine, port, targetPort: port, protocol: 'TCP' }],
    },
  };
}

/** One server, with a volume that outlives its pod and every redeploy. */
export function databaseStatefulSet(database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  const labels = labelsOf(owner);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: DATABASE, namespace, labels },
    spec: {
      serviceName: DATABASE,
      replicas: 1,
      selector: { matchLabels: { [PART_LABEL]: DATABASE } },
      template: { metadata: { labels }, spec: podSpec(database) },
      volumeClaimTemplates: [claimTemplate(database, owner)],
    },
  };
}

function labelsOf(owner: Owner): Record<string, string> {
  return { ...ownerLabels(owner), [LABELS.component]: 'database', [PART_LABEL]: DATABASE };
}

function podSpec(database: PlannedDatabase): Record<string, unknown> {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 60,
    securityContext: {
      fsGroup: typeof database.runAs === 'number' ? database.runAs : DATABASE_UID,
      fsGroupChangePolicy: 'OnRootMismatch',
      ...podSecurityContext(database.runAs),
    },
    containers: [container(database)],
  };
}

function container(database: PlannedDatabase): Record<string, unknown> {
  const spec = ENGINES[database.engine];
  const probe = { exec: { command: ['sh', '-c', readinessLine(database.engine)] }, timeoutSeconds: 5 };
  return {
    name: DATABASE,
    image: database.image,
    ...(database.engine === 'postgres' ? {} : { args: [`--datadir=${VOLUME}/data`] }),
    env: [
      ...serverEnv(database),
      ...(database.engine === 'postgres' ? [{ name: 'PGDATA', value: `${VOLUME}/data` }] : []),
    ],
    ports: [{ name: database.engine, containerPort: spec.port, protocol: 'TCP' }],
    // A new volume is filled first: 5 minutes until the server answers for the first time.
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 300 },
    readinessProbe: { ...probe, periodSeconds: 10, failureThreshold: 2 },
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: MEMORY[database.engine] } },
    volumeMounts: [{ name: 'data', mountPath: VOLUME }],
    securityContext: containerSecurity(database.runAs),
  };
}

/** What the server itself needs, from the Secret; a server must not take its own address for that of another. */
function serverEnv(database: PlannedDatabase): Record<string, unknown>[] {
  const { credentialVariables, serverEnv: all } = ENGINES[database.engine];
  const secret = new Set<string>(Object.values(credentialVariables));
  const plain = Object.entries(all({ user: '', password: '', database: '' })).filter(([name]) => !secret.has(name));
  return [
    ...[...secret].map((name) => ({ name, valueFrom: { secretKeyRef: { name: DATABASE, key: name } } })),
    ...plain.map(([name, value]) => ({ name, value })),
  ];
}

function claimTemplate(database: PlannedDatabase, owner: Owner): Record<string, unknown> {
  const engine = database.major === undefined ? database.engine : `${database.engine} ${database.major}`;
  return {
    metadata: {
      name: 'data',
      labels: labelsOf(owner),
      annotations: { [DATABASE_ANNOTATIONS.engine]: engine },
    },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: database.storage } } },
  };
}

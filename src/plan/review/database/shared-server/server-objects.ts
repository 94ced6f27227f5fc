import { LABELS } from '../../../../objects/names.ts';
import type { KubeObject } from '../../../../ports.ts';
import { ENGINES } from '../../../engines/engines.ts';
import { PART_LABEL } from '../../environment/owner.ts';
import type { PlannedDatabase } from '../database.ts';
import { DATABASE_ANNOTATIONS } from '../database.ts';
import { type Address, encoded } from '../objects.ts';
import { engineRecord, type ServerSpec, serverService, serverStatefulSet } from '../server.ts';
import type { SharedServer } from './shared-server.ts';

/** Administrator of a server that Slipway runs. */
const ADMIN = 'slipway';
const MAINTENANCE = 'postgres';
/**
 * Settings of a server that Slipway runs. One environment holds at most `CONNECTIONS` of the connections, and the
 * administrator's are reserved. A connection that does not sign in ends soon.
 * Prepared transactions would keep a database from being dropped.
 * @see https://www.postgresql.org/docs/17/runtime-config-connection.html
 */
const SETTINGS = {
  max_connections: '300',
  superuser_reserved_connections: '20',
  authentication_timeout: '15s',
  max_prepared_transactions: '0',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
};
const ARGS = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** A planned database on a shared server. */
export type OnServer = PlannedDatabase & { server: SharedServer };

/** Labels that a namespace needs for Slipway to run a server in it. */
export const SERVER_NAMESPACE_LABELS = {
  [LABELS.managedBy]: 'slipway',
  [LABELS.environment]: 'review-databases',
} as const;

/** The label by which an operator offers a Secret of a server to review environments. */
export const OFFERED = {
  key: LABELS.environment,
  value: SERVER_NAMESPACE_LABELS[LABELS.environment],
  label: `${LABELS.environment}=${SERVER_NAMESPACE_LABELS[LABELS.environment]}`,
} as const;

/** Values of the environment label of namespaces whose pods reach a shared server. */
export const CLIENT_ENVIRONMENTS: readonly string[] = ['review', 'review-template'];

export function serverNamespace({ namespace }: SharedServer): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: { ...SERVER_NAMESPACE_LABELS, 'pod-security.kubernetes.io/enforce': 'baseline' },
    },
  };
}

/** Address of a server that Slipway runs. */
export function ownAddress({ name, namespace }: SharedServer): Address {
  return { host: `${name}.${namespace}.svc`, port: ENGINES.postgres.port };
}

/** The Secret with the administrator's connection. It is created once. */
export function adminSecret(database: OnServer, password: string): KubeObject {
  const { server } = database;
  const { host, port } = ownAddress(server);
  const connection = {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: ADMIN,
    PGPASSWORD: password,
    PGDATABASE: MAINTENANCE,
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: server.secret,
      namespace: server.namespace,
      labels: labelsOf(server),
      annotations: { [DATABASE_ANNOTATIONS.engine]: engineRecord(database) },
    },
    type: 'Opaque',
    data: encoded({ ...ENGINES.postgres.serverEnv({ user: ADMIN, password, database: MAINTENANCE }), ...connection }),
  };
}

/** Network policy, Service and StatefulSet of a server. */
export function serverObjects(database: OnServer): KubeObject[] {
  const { server } = database;
  const { name, namespace, storage, memory } = server;
  const spec: ServerSpec = { database, name, namespace, labels: labelsOf(server), storage, memory, args: ARGS };
  return [networkPolicy(server), serverService(spec), serverStatefulSet(spec)];
}

/** Admits review environments and the Jobs beside the server; the server itself connects to nothing. */
function networkPolicy(server: SharedServer): KubeObject {
  const clients = { matchExpressions: [{ key: LABELS.environment, operator: 'In', values: [...CLIENT_ENVIRONMENTS] }] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: server.name, namespace: server.namespace, labels: labelsOf(server) },
    spec: {
      podSelector: { matchLabels: { [PART_LABEL]: server.name } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ namespaceSelector: clients }, { podSelector: {} }],
          ports: [{ protocol: 'TCP', port: ENGINES.postgres.port }],
        },
      ],
      egress: [],
    },
  };
}

function labelsOf(server: SharedServer): Record<string, string> {
  return { [LABELS.managedBy]: 'slipway', [LABELS.component]: 'review-server', [PART_LABEL]: server.name };
}

import type { KubeObject } from '../../../ports.ts';
import type { Credentials } from '../../engines/engine.ts';
import { DATABASES, ENGINES } from '../../engines/engines.ts';
import { PART_LABEL } from '../environment/owner.ts';
import { addedPod, containerSecurity, podSecurityContext } from '../environment/security.ts';
import { DATABASE_ANNOTATIONS, type PlannedDatabase } from './database.ts';

/** A database server in the cluster: of one environment, or one that environments share. */
export interface ServerSpec {
  database: PlannedDatabase;
  /** Of StatefulSet and Service, and of the Secret that its credentials come from. */
  name: string;
  namespace: string;
  labels: Record<string, string>;
  storage: string;
  memory: string;
  /** Further arguments of the server. */
  args: readonly string[];
}

/** Folder of the volume. The data is a folder in it, which its server makes private and which no `lost+found` disturbs. */
const VOLUME = '/var/lib/slipway';

/** The headless Service by which the server is found. */
export function serverService({ database, name, namespace, labels }: ServerSpec): KubeObject {
  const { port } = ENGINES[database.engine];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: {
      clusterIP: 'None',
      selector: { [PART_LABEL]: name },
      ports: [{ name: database.engine, port, targetPort: port, protocol: 'TCP' }],
    },
  };
}

/** One server, with a volume that outlives its pod and every redeploy. */
export function serverStatefulSet(spec: ServerSpec): KubeObject {
  const { name, namespace, labels } = spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    // What runs over the data now: that of the volume's claim is what it was made with.
    metadata: { name, namespace, labels, annotations: { [DATABASE_ANNOTATIONS.engine]: engineRecord(spec.database) } },
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: { [PART_LABEL]: name } },
      template: { metadata: { labels }, spec: podSpec(spec) },
      volumeClaimTemplates: [claimTemplate(spec)],
    },
  };
}

function podSpec(spec: ServerSpec): Record<string, unknown> {
  const { runAs } = spec.database;
  return {
    ...addedPod(runAs),
    terminationGracePeriodSeconds: 60,
    securityContext: {
      fsGroup: typeof runAs === 'number' ? runAs : DATABASES[spec.database.engine].uid(spec.database.image),
      fsGroupChangePolicy: 'OnRootMismatch',
      ...podSecurityContext(runAs),
    },
    containers: [container(spec)],
  };
}

function container(spec: ServerSpec): Record<string, unknown> {
  const { engine, image, runAs } = spec.database;
  const { dataFolder, readiness } = DATABASES[engine];
  const folder = dataFolder(`${VOLUME}/data`);
  const probe = { exec: { command: ['sh', '-c', readiness] }, timeoutSeconds: 5 };
  const args = [...folder.args, ...spec.args];
  return {
    name: 'database',
    image,
    ...(args.length > 0 ? { args } : {}),
    env: [...serverEnv(spec), ...Object.entries(folder.env).map(([name, value]) => ({ name, value }))],
    ports: [{ name: engine, containerPort: ENGINES[engine].port, protocol: 'TCP' }],
    // A new volume is filled first: 5 minutes until the server answers for the first time.
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 300 },
    readinessProbe: { ...probe, periodSeconds: 10, failureThreshold: 2 },
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: spec.memory } },
    volumeMounts: [{ name: 'data', mountPath: VOLUME }],
    securityContext: containerSecurity(runAs),
  };
}

/** What the server itself needs, from the Secret; a server must not take its own address for that of another. */
function serverEnv({ database, name: secret }: ServerSpec): Record<string, unknown>[] {
  const { credentialVariables, serverEnv: all } = ENGINES[database.engine];
  const keys = new Set<string>(Object.values(credentialVariables));
  // The kubelet puts the values of variables that stand before in the place of their names.
  const named = (key: keyof Credentials) => `$(${credentialVariables[key]})`;
  const values = all({ user: named('user'), password: named('password'), database: named('database') });
  const plain = Object.entries(values).filter(([name]) => !keys.has(name));
  return [
    ...[...keys].map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: secret, key } } })),
    ...plain.map(([name, value]) => ({ name, value })),
  ];
}

function claimTemplate({ database, labels, storage }: ServerSpec): Record<string, unknown> {
  return {
    metadata: { name: 'data', labels, annotations: { [DATABASE_ANNOTATIONS.engine]: engineRecord(database) } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  };
}

/** What is noted of a database, to refuse another one later: `postgres 17`. */
export function engineRecord({ engine, major }: PlannedDatabase): string {
  return major === undefined ? engine : `${engine} ${major}`;
}

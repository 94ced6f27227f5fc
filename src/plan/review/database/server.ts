import type { KubeObject } from '../../../ports.ts';
import type { ServiceCredentials } from '../../engines/engine.ts';
import { DATABASES, ENGINES } from '../../engines/engines.ts';
import { addedPod, containerSecurity, podSecurityContext } from '../../services/security.ts';
import { PART_LABEL } from '../environment/owner.ts';
import { DATABASE_ANNOTATIONS, type PlannedDatabase } from './database.ts';

/** A database server in the cluster: of one environment, or shared. */
export interface ServerSpec {
  database: PlannedDatabase;
  /** Name of StatefulSet and Service, and of the Secret with the credentials. */
  name: string;
  namespace: string;
  labels: Record<string, string>;
  storage: string;
  memory: string;
  /** Further arguments of the server. */
  args: readonly string[];
}

/** Mount path of the volume. The data is in a folder of it: the server makes that private, and no `lost+found` is in it. */
const VOLUME = '/var/lib/slipway';

/** The headless Service of the server. */
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

/** The server, with a volume that outlives its pod and every redeploy. */
export function serverStatefulSet(spec: ServerSpec): KubeObject {
  const { name, namespace, labels } = spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    // The version that runs now; the claim has the version that its data was made with.
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
    // The server has 5 minutes to fill a new volume and answer for the first time.
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 300 },
    readinessProbe: { ...probe, periodSeconds: 10, failureThreshold: 2 },
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: spec.memory } },
    volumeMounts: [{ name: 'data', mountPath: VOLUME }],
    securityContext: containerSecurity(runAs),
  };
}

/** Variables of the server, from the Secret: not all of it, because clients in the server's image read an address from it. */
function serverEnv({ database, name: secret }: ServerSpec): Record<string, unknown>[] {
  const { credentialVariables, serverEnv: all } = ENGINES[database.engine];
  const keys = new Set<string>(Object.values(credentialVariables));
  // The kubelet replaces `$(NAME)` by the value of a variable that precedes it.
  const named = (key: keyof ServiceCredentials) => `$(${credentialVariables[key]})`;
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

/** Value of the annotation that later deploys compare: `postgres 17`. */
export function engineRecord({ engine, major }: PlannedDatabase): string {
  return major === undefined ? engine : `${engine} ${major}`;
}

import { LABELS, shortHash } from '../../../../objects/names.ts';
import { onceJob } from '../../../../objects/once-job.ts';
import { verbatim } from '../../../../objects/verbatim.ts';
import type { KubeObject } from '../../../../ports.ts';
import { addedPod, containerSecurity, type RunAs } from '../../../services/security.ts';
import { type Owner, ownerLabels } from '../../environment/owner.ts';
import { adminCommand } from './admin-command.ts';
import { objectName } from './names.ts';
import { scramVerifier } from './scram.ts';
import type { OnServer } from './server-objects.ts';
import { DROP } from './sql/drop.ts';
import { PROVISION } from './sql/provision.ts';

/** Component label of the Jobs that make databases. */
export const PROVISION_JOB = 'provision';
/** Component label of the ConfigMap that stands for a database on a shared server. */
export const DATABASE_RECORD = 'review-database';
/** Seconds that a finished Job is kept. */
const KEEP_SECONDS = 3600;
/** Seconds that a Job may run: a minute longer than a run waits for it, so that no late Job works on. */
const ACTIVE_SECONDS = 16 * 60;

/** The namespace of an environment: a newer namespace of the same name is another environment. */
export interface Incarnation {
  name: string;
  uid: string;
  /** Creation time of the namespace, as the API server writes it (RFC 3339, UTC). */
  since: string;
}

/** A Job beside a shared server that runs a script as its administrator. */
export interface AdminJob {
  /** Prefix of the name; a hash of everything that the Job does follows. */
  name: string;
  namespace: string;
  secret: string;
  image: string;
  runAs: RunAs;
  script: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  /** Changes the name, where the same must run again. */
  once?: string;
}

export function adminJob({ name, namespace, secret, image, runAs, script, env, labels, once }: AdminJob): KubeObject {
  const hash = shortHash(JSON.stringify([secret, image, runAs, script, env, once]), 12);
  const container = {
    name: 'sql',
    image,
    command: adminCommand(script).map(verbatim),
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
    envFrom: [{ secretRef: { name: secret } }],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: containerSecurity(runAs),
  };
  const pod = { ...addedPod(runAs), containers: [container] };
  return onceJob({
    name: `${name}-${hash}`,
    namespace,
    labels,
    keepSeconds: KEEP_SECONDS,
    activeSeconds: ACTIVE_SECONDS,
    pod,
  });
}

/**
 * Makes role and database of an environment.
 * @param password that of the environment's Secret
 */
export function provisionJob(database: OnServer, owner: Owner, environment: Incarnation, password: string): KubeObject {
  const { server, image, runAs, user } = database;
  return adminJob({
    name: 'provision',
    namespace: server.namespace,
    secret: server.secret,
    image,
    runAs,
    script: PROVISION,
    env: {
      SLIPWAY_DATABASE: user,
      SLIPWAY_ENVIRONMENT: markOf(environment),
      SLIPWAY_VERIFIER: scramVerifier(password),
      SLIPWAY_TEMPLATE: server.template.template,
      SLIPWAY_BUILDER: server.template.builder,
      SLIPWAY_OWN_SERVER: String(server.own),
    },
    labels: { ...ownerLabels(owner), [LABELS.component]: PROVISION_JOB },
  });
}

/**
 * The ConfigMap beside a server that stands for the database of an environment, with everything that a drop needs: the
 * environment's namespace may be gone by then. There is one for each server, so that an old server is not forgotten.
 */
export function databaseRecord(database: OnServer, owner: Owner, environment: Incarnation): KubeObject {
  const { server, image, runAs, user } = database;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `${objectName(user)}-${shortHash(server.secret, 6)}`,
      namespace: server.namespace,
      labels: { ...ownerLabels(owner), [LABELS.component]: DATABASE_RECORD },
    },
    data: {
      database: user,
      namespace: environment.name,
      environment: environment.uid,
      since: environment.since,
      secret: server.secret,
      image,
      runAs: String(runAs),
    },
  };
}

/** The Job that drops the database of a record; undefined for a ConfigMap that is no record. */
export function dropJob(record: KubeObject): KubeObject | undefined {
  const { database, secret, image, runAs } = (record.data ?? {}) as Record<string, string | undefined>;
  const { namespace, labels, uid } = record.metadata;
  if (!database?.startsWith('slipway_') || !secret || !image || !namespace) return undefined;
  return adminJob({
    name: 'drop',
    namespace,
    secret,
    image,
    runAs: runAs === 'as-built' || runAs === 'not-root' ? runAs : Number(runAs),
    script: DROP,
    env: { SLIPWAY_DATABASE: database, SLIPWAY_ENVIRONMENT: markIn(record) },
    labels: { ...labels, [LABELS.component]: 'drop' },
    once: uid ?? '',
  });
}

/** The database of this record is dropped; only its role is left (`ROLE_STAYS`). */
export function isDropped({ data }: KubeObject): boolean {
  return (data as { dropped?: string } | undefined)?.dropped === 'true';
}

/** The record of a database that is dropped while its role is left: the next run drops the role. */
export function droppedRecord({ apiVersion, kind, metadata, data }: KubeObject): KubeObject {
  const { name, namespace = '', labels = {}, resourceVersion } = metadata;
  // Only as it was read: a newer environment may have written its own.
  const version = resourceVersion === undefined ? {} : { resourceVersion };
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels, ...version },
    data: { ...(data as object), dropped: 'true' },
  };
}

/** Sorts by time: what was made later is greater. */
function markOf({ since, uid }: Pick<Incarnation, 'since' | 'uid'>): string {
  return `${since} ${uid}`;
}

/** Empty for a record of an earlier version, which names no environment. */
function markIn({ data }: KubeObject): string {
  const { environment: uid, since } = (data ?? {}) as { environment?: string; since?: string };
  return uid && since ? markOf({ uid, since }) : '';
}

/** Whether a Job makes the database of a record, for the same environment. */
export function makesFor(job: KubeObject, record: KubeObject): boolean {
  const { template } = (job.spec ?? {}) as { template?: { spec?: { containers?: { env?: Variable[] }[] } } };
  const env = template?.spec?.containers?.[0]?.env ?? [];
  const value = (name: string) => env.find((variable) => variable.name === name)?.value;
  const { database } = (record.data ?? {}) as { database?: string };
  return value('SLIPWAY_DATABASE') === database && value('SLIPWAY_ENVIRONMENT') === markIn(record);
}

interface Variable {
  name: string;
  value?: string;
}

import type { KubeObject } from '../../../ports.ts';
import { LABELS, shortHash } from '../../names.ts';
import { onceJob } from '../../objects/once-job.ts';
import { verbatim } from '../../objects/verbatim.ts';
import { type Owner, ownerLabels } from '../owner.ts';
import { addedPod, containerSecurity, type RunAs } from '../security.ts';
import { objectName } from './names.ts';
import { scramVerifier } from './scram.ts';
import type { OnServer } from './server-objects.ts';
import { adminCommand, DROP, PROVISION } from './sql.ts';

/** Component label of what says that a shared server holds a database for an environment. */
export const DATABASE_RECORD = 'review-database';
/** Seconds that a Job's traces stay after it ended. */
const KEEP_SECONDS = 3600;

/** A Job that runs a script as an administrator of a shared server, beside it. */
export interface AdminJob {
  /** Name begins with it; the rest is a hash of all that it does. */
  name: string;
  namespace: string;
  secret: string;
  image: string;
  runAs: RunAs;
  script: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  /** Makes the name another one where the same is to be done again. */
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
  return onceJob({ name: `${name}-${hash}`, namespace, labels, keepSeconds: KEEP_SECONDS, pod });
}

/**
 * Makes role and database of an environment.
 * @param environment uid of its namespace
 * @param password that of the environment's Secret
 */
export function provisionJob(database: OnServer, owner: Owner, environment: string, password: string): KubeObject {
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
      SLIPWAY_ENVIRONMENT: environment,
      SLIPWAY_VERIFIER: scramVerifier(password),
      SLIPWAY_TEMPLATE: server.template.template,
      SLIPWAY_TEMPLATE_OWNER: server.template.owner,
      SLIPWAY_OWN_SERVER: String(server.own),
    },
    labels: { ...ownerLabels(owner), [LABELS.component]: 'provision' },
  });
}

/**
 * Says beside the server that it holds a database for an environment, and all that dropping it needs: the environment's own
 * namespace may be gone by then.
 * @param environment uid of the namespace: another one of its name is another environment
 */
export function databaseRecord(database: OnServer, owner: Owner, environment: string): KubeObject {
  const { server, image, runAs, user } = database;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: objectName(user),
      namespace: server.namespace,
      labels: { ...ownerLabels(owner), [LABELS.component]: DATABASE_RECORD },
    },
    data: { database: user, environment, secret: server.secret, image, runAs: String(runAs) },
  };
}

/** Drops what a record says; undefined when it is none. */
export function dropJob(record: KubeObject): KubeObject | undefined {
  const {
    database,
    environment = '',
    secret,
    image,
    runAs,
  } = (record.data ?? {}) as Record<string, string | undefined>;
  const { namespace, labels, uid } = record.metadata;
  if (!database?.startsWith('slipway_') || !secret || !image || !namespace) return undefined;
  return adminJob({
    name: 'drop',
    namespace,
    secret,
    image,
    runAs: runAs === 'as-built' || runAs === 'not-root' ? runAs : Number(runAs),
    script: DROP,
    env: { SLIPWAY_DATABASE: database, SLIPWAY_ENVIRONMENT: environment },
    labels: { ...labels, [LABELS.component]: 'drop' },
    once: uid ?? '',
  });
}

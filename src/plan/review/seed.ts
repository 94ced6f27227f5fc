import { UserError } from '../../errors.ts';
import type { TextFile } from '../../inputs/review-environment.ts';
import type { KubeObject } from '../../ports.ts';
import { LABELS, shortHash } from '../names.ts';
import { DATABASE, type PlannedDatabase } from './database.ts';
import { type Owner, ownerLabels } from './owner.ts';
import { POSTGRES_MARK, seedScript } from './scripts.ts';
import { containerSecurity, podSecurityContext } from './security.ts';

/** All values of a ConfigMap together. @see https://kubernetes.io/docs/concepts/configuration/configmap/ */
const MAX_BYTES = 1_048_576 - 1_024;
/** Seconds that a Job's traces stay after it ended. */
const KEEP_SECONDS = 24 * 3600;

/** What a new database is filled with. */
export interface Seed {
  /** As slipway.yml names it. */
  path: string;
  sql: string;
  hash: string;
}

/** @throws UserError for a file that is empty, or that does not fit into a ConfigMap */
export function planSeed(file: TextFile): Seed {
  const bytes = Buffer.byteLength(file.text);
  if (file.text.trim() === '') {
    throw new UserError(`review.database.seed: ${file.path} is empty`, {
      remedy: 'Write the SQL that a new database begins with, or leave out `seed`.',
    });
  }
  if (bytes > MAX_BYTES) {
    throw new UserError(
      `review.database.seed: ${file.path} has ${(bytes / 1_048_576).toFixed(1)} MiB, and at most 1 MiB can be loaded`,
      {
        remedy:
          'Shorten it, or put the data into the image and let `deploy.migrate` load it when the database is empty (for example: migrate && load-if-empty).',
      },
    );
  }
  return { path: file.path, sql: file.text, hash: shortHash(file.text, 16) };
}

/** The SQL, as files for the Job. Its name holds the content's hash: a changed seed is another object. */
export function seedConfigMap(seed: Seed, owner: Owner, namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `seed-${seed.hash}`, namespace, labels: labelsOf(owner) },
    immutable: true,
    data: { 'seed.sql': seed.sql, 'mark.sql': POSTGRES_MARK },
  };
}

/** The Job that loads the seed with the client in the database's own image. It may run again: the database remembers. */
export function seedJob(seed: Seed, database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  const labels = labelsOf(owner);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `seed-${shortHash(`${seed.hash} ${database.image}`, 12)}`, namespace, labels },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      ttlSecondsAfterFinished: KEEP_SECONDS,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurityContext(database.runAs),
          containers: [container(seed, database)],
          volumes: [{ name: 'seed', configMap: { name: `seed-${seed.hash}` } }],
        },
      },
    },
  };
}

function container(seed: Seed, database: PlannedDatabase): Record<string, unknown> {
  return {
    name: 'seed',
    image: database.image,
    command: ['sh', '-c', seedScript(database.engine)],
    env: [
      { name: 'SEED_FILE', value: '/slipway/seed.sql' },
      { name: 'SEED_HASH', value: seed.hash },
    ],
    envFrom: [{ secretRef: { name: DATABASE } }],
    volumeMounts: [{ name: 'seed', mountPath: '/slipway', readOnly: true }],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } },
    securityContext: containerSecurity(database.runAs),
  };
}

function labelsOf(owner: Owner): Record<string, string> {
  return { ...ownerLabels(owner), [LABELS.component]: 'seed' };
}

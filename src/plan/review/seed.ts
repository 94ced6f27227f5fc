import { UserError } from '../../errors.ts';
import type { TextFile } from '../../inputs/review-environment.ts';
import type { KubeObject } from '../../ports.ts';
import { LABELS, shortHash } from '../names.ts';
import { DATABASE, type PlannedDatabase } from './database.ts';
import { type Owner, ownerLabels } from './owner.ts';
import { postgresLoad, SEED_FOLDER, seedCommand } from './scripts.ts';
import { containerSecurity, podSecurityContext } from './security.ts';

/** All values of a ConfigMap together. @see https://kubernetes.io/docs/concepts/configuration/configmap/ */
const MAX_BYTES = 1_048_576 - 2_048;
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

/** Name of ConfigMap and Job. It holds a hash of all that they do: neither of them can be changed. */
function nameOf(seed: Seed, database: PlannedDatabase): string {
  const all = [seed.sql, postgresLoad(seed.hash), seedCommand(database.engine), database.image, database.runAs];
  return `seed-${shortHash(JSON.stringify(all), 12)}`;
}

/** The SQL, as files for the Job. */
export function seedConfigMap(seed: Seed, database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: nameOf(seed, database), namespace, labels: labelsOf(owner) },
    immutable: true,
    data: { 'seed.sql': seed.sql, 'load.sql': postgresLoad(seed.hash) },
  };
}

/** The Job that loads the seed with the client in the database's own image. It may run again: the database remembers. */
export function seedJob(seed: Seed, database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  const labels = labelsOf(owner);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: nameOf(seed, database), namespace, labels },
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
          volumes: [{ name: 'seed', configMap: { name: nameOf(seed, database) } }],
        },
      },
    },
  };
}

function container(seed: Seed, database: PlannedDatabase): Record<string, unknown> {
  return {
    name: 'seed',
    image: database.image,
    command: seedCommand(database.engine),
    env: [{ name: 'SEED_HASH', value: seed.hash }],
    envFrom: [{ secretRef: { name: DATABASE } }],
    volumeMounts: [{ name: 'seed', mountPath: SEED_FOLDER, readOnly: true }],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } },
    securityContext: containerSecurity(database.runAs),
  };
}

function labelsOf(owner: Owner): Record<string, string> {
  return { ...ownerLabels(owner), [LABELS.component]: 'seed' };
}

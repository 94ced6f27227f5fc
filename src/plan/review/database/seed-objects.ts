import { tryReference } from '../../../objects/image-reference.ts';
import { LABELS, shortHash } from '../../../objects/names.ts';
import { onceJob } from '../../../objects/once-job.ts';
import { verbatim } from '../../../objects/verbatim.ts';
import type { KubeObject } from '../../../ports.ts';
import { SEED_FOLDER } from '../../engines/engine.ts';
import { DATABASES } from '../../engines/engines.ts';
import { addedPod, containerSecurity } from '../../services/security.ts';
import { type Owner, ownerLabels } from '../environment/owner.ts';
import { DATABASE, type PlannedDatabase } from './database.ts';
import type { LoadedSeed, Seed } from './seed.ts';

/** Seconds that a finished Job is kept. */
const KEEP_SECONDS = 24 * 3600;
/** Folder of a dump that comes out of an image. */
const DUMP_FOLDER = '/slipway-dump';
const RESOURCES = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } };

/**
 * Name of ConfigMap and Job, with a hash of everything that they do: both are immutable. For a command it is the hash of the
 * command alone: a new image is no reason to run it again.
 */
function nameOf(seed: Seed, database: PlannedDatabase): string {
  const all =
    seed.kind === 'command'
      ? [seed.command]
      : [seed.hash, DATABASES[database.engine].seed, database.image, database.runAs];
  return `seed-${shortHash(JSON.stringify(all), 12)}`;
}

/** Whether a name is the name of a Job that loads a seed. */
export function isSeedName(name: string): boolean {
  return /^seed-[0-9a-f]{12}$/.test(name);
}

/** The file of the seed, byte by byte, and how it is loaded. */
export function seedConfigMap(
  seed: LoadedSeed,
  database: PlannedDatabase,
  owner: Owner,
  namespace: string,
): KubeObject {
  const dump = 'content' in seed.source ? seed.source.content : undefined;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: nameOf(seed, database), namespace, labels: labelsOf(owner) },
    immutable: true,
    data: DATABASES[database.engine].seed.files,
    ...(dump ? { binaryData: { dump: dump.toString('base64') } } : {}),
  };
}

/** The Job that loads the seed with the client in the database's image. It may run again: the database records the load. */
export function seedJob(seed: LoadedSeed, database: PlannedDatabase, owner: Owner, namespace: string): KubeObject {
  const image = 'image' in seed.source ? seed.source : undefined;
  const name = nameOf(seed, database);
  const pod = {
    ...addedPod(database.runAs),
    ...(image ? { initContainers: [fetchDump(image, database)] } : {}),
    containers: [container(seed, database, image !== undefined)],
    volumes: [{ name: 'seed', configMap: { name } }, ...(image ? [{ name: 'dump', emptyDir: {} }] : [])],
  };
  return onceJob({ name, namespace, labels: labelsOf(owner), keepSeconds: KEEP_SECONDS, pod });
}

/**
 * The Job that runs the seed command of the app, in a pod like that of a migration, and in its image. The database does not
 * record a command, so the Job itself is kept as long as the environment.
 * @param job the Job that would migrate with this command
 */
export function commandSeedJob(
  seed: Extract<Seed, { kind: 'command' }>,
  database: PlannedDatabase,
  job: KubeObject,
  owner: Owner,
): KubeObject {
  const { ttlSecondsAfterFinished: _, ...jobSpec } = job.spec as Record<string, unknown>;
  const { spec: pod } = jobSpec.template as { spec: { containers: object[] } };
  const containers = pod.containers.map((one) => ({ ...one, name: 'seed' }));
  const labels = labelsOf(owner);
  return {
    ...job,
    metadata: { ...job.metadata, name: nameOf(seed, database), labels },
    spec: { ...jobSpec, template: { metadata: { labels }, spec: { ...pod, containers } } },
  };
}

/**
 * Copies the dump out of its image, which needs `cp`. A tag can have moved since the node pulled it, so the image is pulled
 * again: one request to the registry where the tag has not moved.
 * @see https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
 */
function fetchDump({ image, path }: { image: string; path: string }, database: PlannedDatabase) {
  return {
    name: 'dump',
    image,
    imagePullPolicy: tryReference(image)?.digest === undefined ? 'Always' : 'IfNotPresent',
    command: ['cp', '--', path, `${DUMP_FOLDER}/dump`],
    volumeMounts: [{ name: 'dump', mountPath: DUMP_FOLDER }],
    resources: RESOURCES,
    securityContext: containerSecurity(database.runAs),
  };
}

function container(seed: LoadedSeed, database: PlannedDatabase, fromImage: boolean): Record<string, unknown> {
  return {
    name: 'seed',
    image: database.image,
    command: DATABASES[database.engine].seed.command.map(verbatim),
    env: [
      { name: 'SEED_HASH', value: seed.hash },
      { name: 'SEED_NAME', value: verbatim(messageName(seed)) },
      { name: 'SEED_DUMP', value: `${fromImage ? DUMP_FOLDER : SEED_FOLDER}/dump` },
    ],
    envFrom: [{ secretRef: { name: DATABASE } }],
    volumeMounts: [
      { name: 'seed', mountPath: SEED_FOLDER, readOnly: true },
      ...(fromImage ? [{ name: 'dump', mountPath: DUMP_FOLDER, readOnly: true }] : []),
    ],
    resources: RESOURCES,
    securityContext: containerSecurity(database.runAs),
  };
}

/** Relative path under which messages of the load name the file: its own in the repository, where it is a plain one. */
function messageName({ source, path }: LoadedSeed): string {
  const isPlain = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/.test(path);
  if ('content' in source && isPlain) return path;
  const name = ('image' in source ? source.path : path).split('/').at(-1) ?? '';
  return name.replace(/[^\w.-]/g, '_').replace(/^\W+/, '') || 'seed';
}

function labelsOf(owner: Owner): Record<string, string> {
  return { ...ownerLabels(owner), [LABELS.component]: 'seed' };
}

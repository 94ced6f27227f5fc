import { EnvironmentError } from '../../errors.ts';
import { isFields } from '../../objects/fields.ts';
import { tryReference } from '../../objects/image-reference.ts';
import { imagesOfText } from '../../objects/images.ts';
import { ANNOTATIONS } from '../../objects/names.ts';
import { containersOf, podTemplateOf } from '../../objects/pod-template.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { releaseId } from '../../objects/release.ts';
import { RELEASE_OBJECTS_TYPE, RELEASE_TYPE, readRecord } from '../../objects/release-record.ts';
import type { CleanPlan } from '../../plan/clean/clean-plan.ts';
import type { Roots } from '../../plan/clean/judge.ts';
import { repositorySelector, reviewNamespaceOf } from '../../plan/review/environment/review-namespace.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { inPool } from '../pool.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret' };
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };
/** The kinds that run images. */
const RUNNING = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'batch/v1', kind: 'Job' },
];

/** The clusters of a run. */
export interface OpenClusters {
  environments: ReadonlyMap<string, Cluster>;
  /** undefined without review environments. */
  reviews: Cluster | undefined;
}

/** An image in use, and by what. */
interface Use {
  image: string;
  by: string;
}

/**
 * What needs images, by repository: every recorded release of every environment, so also every release that a rollback can reach;
 * every review environment; everything that runs in their namespaces, by whomever it was written.
 * @throws EnvironmentError if something cannot be read, or if an environment has no record: nothing may be deleted
 */
export async function rootsOf(plan: CleanPlan, clusters: OpenClusters): Promise<ReadonlyMap<string, Roots>> {
  const ofEnvironments = await inPool(plan.environments, async ({ name, namespace }) => {
    const cluster = clusters.environments.get(name);
    return cluster ? [...(await recorded(name, namespace, cluster)), ...(await running(namespace, cluster))] : [];
  });
  const ofReviews = clusters.reviews ? await reviewed(plan, clusters.reviews) : [];
  return byRepository([...ofEnvironments.flat(), ...ofReviews], plan.repositories);
}

async function recorded(environment: string, namespace: string, cluster: Cluster): Promise<Use[]> {
  const ofType = (type: string) => cluster.list(SECRET, { namespace, fieldSelector: `type=${type}` });
  const records = await ofType(RELEASE_TYPE);
  if (records.length === 0) throw withoutRecord(environment, namespace, cluster);
  const parts = new Map((await ofType(RELEASE_OBJECTS_TYPE)).map((secret) => [secret.metadata.name, secret]));
  return records.flatMap((secret) => {
    const release = readRecord(secret, parts)?.release;
    if (!release) throw unreadable(secret, namespace, cluster);
    const by = `${releaseId(release)} of ${release.environment} has it`;
    return Object.values(release.images).map((image) => ({ image, by }));
  });
}

async function reviewed(plan: CleanPlan, cluster: Cluster): Promise<Use[]> {
  const labelSelector = repositorySelector(plan.repositoryId);
  const namespaces = await cluster.list(NAMESPACE, { labelSelector, metadataOnly: true });
  const uses = await inPool(namespaces, async ({ metadata }) => {
    const { name, annotations = {} } = metadata;
    const number = reviewNamespaceOf(metadata, plan.repositoryId)?.number;
    const by = number === undefined ? `namespace ${name} names it` : `the review environment of #${number} has it`;
    const noted = imagesOfText(annotations[ANNOTATIONS.image] ?? '', plan.app);
    return [...Object.values(noted).map((image) => ({ image, by })), ...(await running(name, cluster))];
  });
  return uses.flat();
}

async function running(namespace: string, cluster: Cluster): Promise<Use[]> {
  const lists = await inPool(RUNNING, (kind) => cluster.list(kind, { namespace }));
  return lists.flat().flatMap((object) => {
    const by = `${shortName(refOf(object))} runs it`;
    return [...imagesIn(object)].map((image) => ({ image, by }));
  });
}

function imagesIn(object: KubeObject): Set<string> {
  const template = podTemplateOf(object);
  const images = new Set((template ? containersOf(template) : []).flatMap(({ image }) => image ?? []));
  const status = isFields(object.status) ? object.status : {};
  for (const list of [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses]) {
    for (const one of Array.isArray(list) ? list : []) {
      if (isFields(one) && typeof one.imageID === 'string')
        images.add(one.imageID.replace(/^docker-pullable:\/\//, ''));
    }
  }
  return images;
}

function byRepository(uses: readonly Use[], repositories: readonly string[]): ReadonlyMap<string, Roots> {
  const roots = new Map(
    repositories.map((repository) => [
      tryReference(repository)?.repository ?? repository,
      { digests: new Map<string, string>(), tags: new Map<string, string>() },
    ]),
  );
  for (const { image, by } of uses) {
    const reference = tryReference(image);
    const of = reference && roots.get(reference.repository);
    if (!of) continue;
    if (reference.digest !== undefined) of.digests.set(reference.digest, of.digests.get(reference.digest) ?? by);
    else of.tags.set(reference.tag ?? 'latest', by);
  }
  return roots;
}

function withoutRecord(environment: string, namespace: string, cluster: Cluster): EnvironmentError {
  return new EnvironmentError(`${environment} has no recorded release in namespace ${namespace} of ${cluster.name}`, {
    details: ['Nothing was deleted: if its releases are elsewhere, their images would be lost.'],
    remedy: `Check the cluster and the namespace of environments.${environment}. If nothing was ever released there, release it once, or take it out of slipway.yml until then.`,
  });
}

function unreadable({ metadata }: KubeObject, namespace: string, cluster: Cluster): EnvironmentError {
  return new EnvironmentError(`Secret ${namespace}/${metadata.name} in ${cluster.name} cannot be read as a release`, {
    details: ['Nothing was deleted: its images would be lost.'],
    remedy: 'A newer version of Slipway may have written it: use that version here. Delete the Secret if it is broken.',
  });
}

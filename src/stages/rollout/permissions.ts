import { EnvironmentError } from '../../errors.ts';
import { isHook } from '../../objects/hooks.ts';
import { everything, neededAccess, neededToRead, usefulAccess } from '../../objects/permissions/needed.ts';
import { rbacRule } from '../../objects/permissions/rbac-rule.ts';
import type { ApiResource, Cluster, Kind, KubeObject, Log, ResourceAttributes } from '../../ports.ts';
import { watchesOf } from '../../readiness/judge.ts';
import { permitted } from '../permitted.ts';

/**
 * Asks the API server whether everything that the run will do is allowed, before it does any of it.
 * @throws EnvironmentError that names all that is missing, with the rules to add
 */
export async function checkPermissions(
  objects: readonly KubeObject[],
  namespace: string,
  runsJobs: boolean,
  { cluster, log }: { cluster: Cluster; log: Log },
): Promise<void> {
  const written = await resourcesOf(unique(objects), cluster);
  const clusterWide = written.some((resource) => !resource.namespaced);
  if (!clusterWide && (await cluster.allowed([everything(namespace)]))[0]) return;
  const missing = await refusedOf(await neededFor(objects, namespace, runsJobs, cluster), cluster);
  if (missing.length === 0) {
    const useful = await refusedOf(usefulAccess(namespace), cluster);
    if (useful.length > 0) {
      log.warning(`a failure will be explained less well: ${useful.map(nameOf).join(', ')} not permitted`);
    }
    return;
  }
  throw new EnvironmentError(`missing permissions in namespace ${namespace}: ${missing.map(nameOf).join(', ')}`, {
    details: ['nothing was written'],
    remedy: rules(missing, namespace),
  });
}

/**
 * For a run that writes nothing: checks that it may read what it compares.
 * @returns whether the server can validate objects of a kind, because the account may write it
 * @throws EnvironmentError that names all that is missing, with the rules to add
 */
export async function checkReading(
  objects: readonly KubeObject[],
  namespace: string,
  { cluster }: { cluster: Cluster },
): Promise<(kind: Kind) => boolean> {
  const kinds = unique(objects);
  const read = await resourcesOf(kinds, cluster);
  const clusterWide = read.some((resource) => !resource.namespaced);
  if (!clusterWide && (await cluster.allowed([everything(namespace)]))[0]) return () => true;
  const missing = await refusedOf(neededToRead(read, namespace), cluster);
  if (missing.length > 0) {
    throw new EnvironmentError(`missing permissions in namespace ${namespace}: ${missing.map(nameOf).join(', ')}`, {
      details: ['a dry run only reads; it needs no permission to write'],
      remedy: rules(missing, namespace),
    });
  }
  const [mayPatch, mayCreate] = await Promise.all([
    permitted('patch', kinds, namespace, cluster),
    permitted('create', kinds, namespace, cluster),
  ]);
  return (kind) => mayPatch(kind) && mayCreate(kind);
}

/** What a rollout of these objects needs to do, as the account of the run. */
export async function neededFor(
  objects: readonly KubeObject[],
  namespace: string,
  runsJobs: boolean,
  cluster: Pick<Cluster, 'resource'>,
): Promise<ResourceAttributes[]> {
  const kinds = unique(objects);
  const removesPods = objects.some((object) => object.kind === 'Pod' && isHook(object));
  const written = await resourcesOf(kinds, cluster);
  const watched = await resourcesOf(unique(kinds.flatMap((kind) => [kind, ...watchesOf(kind)])), cluster);
  return neededAccess(written, watched, namespace, runsJobs, removesPods);
}

async function refusedOf(questions: readonly ResourceAttributes[], cluster: Cluster): Promise<ResourceAttributes[]> {
  const answers = await cluster.allowed([...questions]);
  return questions.filter((_, index) => !answers[index]);
}

/** The validation reports kinds that the cluster does not serve (yet). */
async function resourcesOf(kinds: readonly Kind[], cluster: Pick<Cluster, 'resource'>): Promise<ApiResource[]> {
  const found = await Promise.all(kinds.map((kind) => cluster.resource(kind)));
  return found.filter((resource) => resource !== undefined);
}

function rules(missing: readonly ResourceAttributes[], namespace: string): string {
  const inside = missing.filter((one) => one.namespace !== undefined);
  const wide = missing.filter((one) => one.namespace === undefined);
  return [
    ...(inside.length > 0 ? [rbacRule(inside, namespace)] : []),
    ...(wide.length > 0 ? [rbacRule(wide, undefined)] : []),
  ].join('\n');
}

function nameOf({ verb, resource, subresource }: ResourceAttributes): string {
  return `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
}

function unique(kinds: readonly Kind[]): Kind[] {
  return [...new Map(kinds.map(({ apiVersion, kind }) => [`${apiVersion}/${kind}`, { apiVersion, kind }])).values()];
}

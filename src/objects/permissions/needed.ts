import type { ApiResource, ResourceAttributes } from '../../ports.ts';

/** All access, in one request: it answers for an administrator of the namespace at once. */
export function everything(namespace: string): ResourceAttributes {
  return { verb: '*', group: '*', resource: '*', namespace };
}

/**
 * What a rollout does with the API server.
 * @param written kinds of the objects of the run
 * @param watched kinds that are watched while waiting for them
 */
export function neededAccess(
  written: readonly ApiResource[],
  watched: readonly ApiResource[],
  namespace: string,
  runsJobs: boolean,
  removesPods = false,
): ResourceAttributes[] {
  const access = (verbs: string[], { group, resource, namespaced }: ApiResource): ResourceAttributes[] =>
    verbs.map((verb) => ({ verb, group, resource, ...(namespaced ? { namespace } : {}) }));
  const secrets = { group: '', resource: 'secrets', namespaced: true };
  const leases = { group: 'coordination.k8s.io', resource: 'leases', namespaced: true };
  const jobs = { group: 'batch', resource: 'jobs', namespaced: true };
  const pods = { group: '', resource: 'pods', namespaced: true };
  const all = [
    ...written.flatMap((resource) => access(['get', 'create', 'patch'], resource)),
    ...watched.flatMap((resource) => access(['list', 'watch'], resource)),
    // The release records.
    ...access(['get', 'list', 'create', 'update', 'delete'], secrets),
    // The Lease: one run at a time.
    ...access(['get', 'create', 'update'], leases),
    ...(runsJobs ? access(['get', 'create', 'patch', 'delete', 'list', 'watch'], jobs) : []),
    // A release replaces the Pod of a hook of the previous one.
    ...(removesPods ? access(['delete'], pods) : []),
  ];
  return unique(all);
}

/** What a dry run reads: the live objects, and the release records. @param read kinds of the objects of the run */
export function neededToRead(read: readonly ApiResource[], namespace: string): ResourceAttributes[] {
  const secrets = { group: '', resource: 'secrets', namespaced: true };
  const access = ({ group, resource, namespaced }: ApiResource): ResourceAttributes[] =>
    ['get', 'list'].map((verb) => ({ verb, group, resource, ...(namespaced ? { namespace } : {}) }));
  return unique([...read, secrets].flatMap(access));
}

/** Access that improves a diagnosis: Slipway warns if it is missing. */
export function usefulAccess(namespace: string): ResourceAttributes[] {
  return [
    { verb: 'list', group: '', resource: 'events', namespace },
    { verb: 'watch', group: '', resource: 'events', namespace },
    { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace },
  ];
}

function unique(all: readonly ResourceAttributes[]): ResourceAttributes[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

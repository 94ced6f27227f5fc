import type { ClusterView, Live } from './cluster.ts';

/** What all names of a scene begin with. */
export const PREFIX = 'e2e-';
const OLD_MS = 3_600_000;
const ROLES = '/apis/rbac.authorization.k8s.io/v1';
const FOLDERS = ['/api/v1/namespaces', `${ROLES}/clusterrolebindings`, `${ROLES}/clusterroles`];

/** Removes what a run of tests that was killed left in the cluster: nothing of a scene is needed for an hour. */
export async function sweep(cluster: ClusterView): Promise<void> {
  for (const folder of FOLDERS) {
    const left = (await cluster.list(folder)).filter(isLeft);
    await Promise.all(left.map(({ metadata }) => cluster.remove(`${folder}/${metadata.name}`)));
  }
}

function isLeft({ metadata }: Live): boolean {
  const age = Date.now() - Date.parse(metadata.creationTimestamp);
  return metadata.name.startsWith(PREFIX) && metadata.deletionTimestamp === undefined && age > OLD_MS;
}

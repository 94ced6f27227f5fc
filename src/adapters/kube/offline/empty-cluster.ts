import type { ClusterReads, Kind, Log } from '../../../ports.ts';
import { groupVersion } from '../discovery.ts';
import { type GroupKinds, KUBERNETES_KINDS } from './kubernetes-kinds.ts';

/**
 * Stands in for a cluster that holds nothing and permits everything, for what is rendered without one.
 * @param version of Kubernetes, such as v1.34.0
 * @param log gets each kind that only a cluster knows
 */
export function emptyCluster(version: string, log: Pick<Log, 'info'>): ClusterReads {
  const assumed = new Set<string>();
  return {
    version: async () => version,
    get: async () => undefined,
    resource: async () => undefined,
    allowed: async (questions) => questions.map(() => true),
    namespaced: async ({ apiVersion, kind }) => {
      const { group, version: asked } = groupVersion(apiVersion);
      const kinds = KUBERNETES_KINDS.get(group);
      return kinds?.versions.includes(asked) ? scopeIn(kinds, kind) : undefined;
    },
    assumedNamespaced: ({ apiVersion, kind }: Kind) => {
      const kinds = KUBERNETES_KINDS.get(groupVersion(apiVersion).group);
      const scope = kinds?.unstable.includes(kind) ? false : kinds === undefined || scopeIn(kinds, kind);
      const name = `${kind} of ${apiVersion}`;
      if (scope !== undefined && !assumed.has(name)) {
        assumed.add(name);
        log.info(`Assumed: the cluster serves ${name}, and it is ${scope ? 'namespaced' : 'cluster-wide'}.`);
      }
      return scope;
    },
  };
}

function scopeIn({ namespaced, clusterWide }: Pick<GroupKinds, 'namespaced' | 'clusterWide'>, kind: string) {
  if (namespaced.includes(kind)) return true;
  return clusterWide.includes(kind) ? false : undefined;
}

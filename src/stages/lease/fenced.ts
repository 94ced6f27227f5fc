import type { Cluster } from '../../ports.ts';

/**
 * The same cluster, with `fence` before each attempt of a write: a run that has lost its Lease does not write, not even
 * with a retry minutes later, when the control plane is back.
 */
export function fenced(cluster: Cluster, fence: () => Promise<number>): Cluster {
  return {
    name: cluster.name,
    version: () => cluster.version(),
    get: (ref) => cluster.get(ref),
    list: (kind, selection) => cluster.list(kind, selection),
    apply: (object, options) => cluster.apply(object, options.dryRun ? options : { ...options, fence }),
    preview: (object, fieldManager) => cluster.preview(object, fieldManager),
    create: (object, options) => cluster.create(object, { ...options, fence }),
    replace: (object, options) => cluster.replace(object, { ...options, fence }),
    jsonPatch: (live, operations, options) =>
      cluster.jsonPatch(live, operations, options.dryRun ? options : { ...options, fence }),
    delete: (ref, options) => cluster.delete(ref, { ...options, fence }),
    watch: (kind, selection, signal) => cluster.watch(kind, selection, signal),
    logs: (pod, options) => cluster.logs(pod, options),
    followLogs: (pod, container, signal) => cluster.followLogs(pod, container, signal),
    allowed: (questions) => cluster.allowed(questions),
    resource: (kind) => cluster.resource(kind),
    schema: (kind) => cluster.schema(kind),
    namespaced: (kind) => cluster.namespaced(kind),
  };
}

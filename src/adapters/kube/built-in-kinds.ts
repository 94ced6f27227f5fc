/** Resource and scope of a kind. */
export interface BuiltInKind {
  /** Plural and lower case, e.g. deployments. */
  name: string;
  namespaced: boolean;
}

const namespaced = (name: string): BuiltInKind => ({ name, namespaced: true });
const clusterWide = (name: string): BuiltInKind => ({ name, namespaced: false });

/**
 * Kinds of stable API versions, which every supported cluster serves: Kubernetes does not remove or rename them. Asking for
 * them would cost a round trip for each API version.
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-policy/
 */
export const BUILT_IN_KINDS: Readonly<Record<string, Readonly<Record<string, BuiltInKind>>>> = {
  v1: {
    ConfigMap: namespaced('configmaps'),
    Event: namespaced('events'),
    Namespace: clusterWide('namespaces'),
    Node: clusterWide('nodes'),
    PersistentVolume: clusterWide('persistentvolumes'),
    PersistentVolumeClaim: namespaced('persistentvolumeclaims'),
    Pod: namespaced('pods'),
    Secret: namespaced('secrets'),
    Service: namespaced('services'),
    ServiceAccount: namespaced('serviceaccounts'),
  },
  'apps/v1': {
    DaemonSet: namespaced('daemonsets'),
    Deployment: namespaced('deployments'),
    ReplicaSet: namespaced('replicasets'),
    StatefulSet: namespaced('statefulsets'),
  },
  'autoscaling/v2': { HorizontalPodAutoscaler: namespaced('horizontalpodautoscalers') },
  'batch/v1': { CronJob: namespaced('cronjobs'), Job: namespaced('jobs') },
  'coordination.k8s.io/v1': { Lease: namespaced('leases') },
  'networking.k8s.io/v1': { Ingress: namespaced('ingresses'), NetworkPolicy: namespaced('networkpolicies') },
  'policy/v1': { PodDisruptionBudget: namespaced('poddisruptionbudgets') },
  'rbac.authorization.k8s.io/v1': { Role: namespaced('roles'), RoleBinding: namespaced('rolebindings') },
  'storage.k8s.io/v1': { StorageClass: clusterWide('storageclasses') },
};
